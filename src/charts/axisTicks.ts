/**
 * Computes the ticks of a chart's axis: at round numbers, no closer together than the labels' format can distinguish. Vega's
 * own ticks fall on halves on an axis of two steps, and are labelled 0, 1, 1, 2, 2. Pure functions.
 */

export type AxisDomain = readonly [low: number, high: number];

/** Digits that d3-format gives a number without a precision. */
const DIGITS = 6;

/**
 * Returns about `count` positions in the domain, ascending.
 * @param format d3-format of the labels: `,d`, `.0%`, `.3f`, `~g`, `~s`
 */
export function axisTicks([low, high]: AxisDomain, count: number, format: string): number[] {
  if (!(high > low)) return [low];
  const step = roundStep(Math.max((high - low) / count, smallestShown(format, [low, high])));
  // The tolerance absorbs rounding errors of sums of steps.
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, index) => times(first + index, step));
}

/** Returns the next of 1, 2, 5, 10, ... times a power of ten. */
function roundStep(atLeast: number): number {
  const exponent = Math.floor(Math.log10(atLeast) + 1e-9);
  const factor = [1, 2, 5].find((one) => times(one, 10 ** exponent) >= atLeast * (1 - 1e-9));
  return factor === undefined ? 10 ** (exponent + 1) : times(factor, 10 ** exponent);
}

function times(count: number, step: number): number {
  return Number((count * step).toPrecision(12));
}

/**
 * Returns the smallest difference that the labels show; closer values may get the same label.
 * @throws RangeError for an unknown format
 */
function smallestShown(format: string, [low, high]: AxisDomain): number {
  const [, digits, type] = /^[,~]?(?:[.](\d+))?([dfgs%])$/.exec(format) ?? [];
  if (type === "d") return 1;
  if (type === "f" && digits !== undefined) return 10 ** -Number(digits);
  if (type === "%" && digits !== undefined) return 10 ** (-Number(digits) - 2);
  if (type === "g" || type === "s") {
    const largest = Math.max(Math.abs(low), Math.abs(high));
    return 10 ** (Math.floor(Math.log10(largest)) + 1 - DIGITS);
  }
  throw new RangeError(`a format whose labels can be told apart was expected, got "${format}"`);
}
