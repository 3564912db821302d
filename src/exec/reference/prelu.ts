import type { Kernel } from "./kernel.ts";

export const prelu: Kernel<"prelu"> = ({ x, alpha, y }) =>
  y.set(x.map((value, at) => (value > 0 ? value : value * slopeAt(alpha, at))));

export const preluInputGradient: Kernel<"preluInputGradient"> = ({ dy, x, alpha, dx }) => {
  const slopes = x.map((value, at) => (value > 0 ? 1 : value < 0 ? slopeAt(alpha, at) : 0));
  dx.set(slopes.map((slope, at) => slope * (dy[at] as number)));
};

export const preluAlphaTerms: Kernel<"preluAlphaTerms"> = ({ dy, x, terms }) =>
  terms.set(x.map((value, at) => Math.min(value, 0) * (dy[at] as number)));

/** The slope of the column that the element `at` is in. */
function slopeAt(alpha: Float64Array, at: number): number {
  return alpha[at % alpha.length] as number;
}
