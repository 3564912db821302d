/** Places numbers along an axis, linearly or by their logarithm, and finds round numbers for its ticks. Pure functions. */

export interface Scale {
  /** Returns the position in pixels. */
  readonly place: (value: number) => number;
  /** The inverse of `place`. */
  readonly valueAt: (pixels: number) => number;
  readonly ticks: readonly number[];
}

type Range = readonly [from: number, to: number];

/** @param count about how many ticks there should be */
export function linearScale([low, high]: Range, [from, to]: Range, count: number): Scale {
  const span = high - low || 1;
  return {
    place: (value) => from + ((value - low) / span) * (to - from),
    valueAt: (pixels) => low + ((pixels - from) / (to - from || 1)) * span,
    ticks: roundNumbers(low, high, count),
  };
}

/** @param domain above 0 */
export function logScale(domain: Range, range: Range, count: number): Scale {
  const [low, high] = [Math.log10(domain[0]), Math.log10(domain[1])];
  const linear = linearScale([low, high], range, count);
  const decades = Array.from(
    { length: Math.max(0, Math.floor(high) - Math.ceil(low) + 1) },
    (_, index) => 10 ** (Math.ceil(low) + index),
  );
  return {
    place: (value) => linear.place(Math.log10(Math.max(value, domain[0]))),
    valueAt: (pixels) => 10 ** linear.valueAt(pixels),
    // Within less than two decades, powers of ten alone would leave the axis bare.
    ticks: decades.length >= 2 ? decades : roundNumbers(domain[0], domain[1], count),
  };
}

/** Returns multiples of 1, 2 or 5 times a power of ten in a range. */
function roundNumbers(low: number, high: number, count: number): readonly number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  const step = unit * power;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
