/**
 * Where a chart's axis has ticks: at round numbers, no closer together than its labels can tell apart. Vega's own come as
 * halves on an axis of two steps, and are labelled 0, 1, 1, 2, 2. Pure; knows no chart.
 */

export type AxisDomain = readonly [low: number, high: number];

/** Digits that d3-format gives a number without a precision. */
const DIGITS = 6;

/** About `count` places in the domain, ascending. @param format d3-format of the labels: `,d`, `.0%`, `.3f`, `~g`, `~s` */
export function axisTicks([low, high]: AxisDomain, count: number, format: string): number[] {
  if (!(high > low)) return [low];
  const step = roundStep(Math.max((high - low) / count, smallestShown(format, [low, high])));
  // Sums of steps are off in their last bits.
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, index) => times(first + index, step));
}

/** The next of 1, 2, 5, 10, ... times a power of ten. */
function roundStep(atLeast: number): number {
  const exponent = Math.floor(Math.log10(atLeast) + 1e-9);
  const factor = [1, 2, 5].find((one) => times(one, 10 ** exponent) >= atLeast * (1 - 1e-9));
  return factor === undefined ? 10 ** (exponent + 1) : times(factor, 10 ** exponent);
}

function times(count: number, step: number): number {
  return Number((count * step).toPrecision(12));
}

/** Values closer than this may get one label. @throws RangeError for a format that is not known here */
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
