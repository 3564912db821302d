import type { Kernel } from "./kernel.ts";

export const preluForward: Kernel<"prelu"> = ({ inputs, outputs }, memory) => {
  const alpha = memory.values(inputs.alpha);
  const y = memory.values(inputs.x).map((x, at) => (x > 0 ? x : x * slopeAt(alpha, at)));
  memory.values(outputs.y).set(y);
};

export const preluInputGradient: Kernel<"preluInputGradient"> = ({ inputs, outputs }, memory) => {
  const [dy, alpha] = [memory.values(inputs.dy), memory.values(inputs.alpha)];
  const slopes = memory
    .values(inputs.x)
    .map((x, at) => (x > 0 ? 1 : x < 0 ? slopeAt(alpha, at) : 0));
  memory.values(outputs.dx).set(slopes.map((slope, at) => slope * (dy[at] as number)));
};

export const preluAlphaTerms: Kernel<"preluAlphaTerms"> = ({ inputs, outputs }, memory) => {
  const dy = memory.values(inputs.dy);
  const terms = memory.values(inputs.x).map((x, at) => Math.min(x, 0) * (dy[at] as number));
  memory.values(outputs.terms).set(terms);
};

/** The slope of the column that the element `at` is in. */
function slopeAt(alpha: Float64Array, at: number): number {
  return alpha[at % alpha.length] as number;
}
