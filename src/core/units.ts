/** Numbers as people read them. Pure text, one locale-independent form for page, terminal and files. */

/** For a number that nobody knows: not finite, as a quotient by a time or a count of 0 is. */
const UNKNOWN = "unknown";

/** `22,855,952` */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return UNKNOWN;
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Three significant digits with a decimal unit: `3.79 M`, `8.37 G`, `512`. */
export function formatLarge(count: number): string {
  if (!Number.isFinite(count)) return UNKNOWN;
  for (const [unit, size] of [
    ["T", 1e12],
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const) {
    if (count >= size) return `${toSignificant(count / size)} ${unit}`;
  }
  return toSignificant(count);
}

/** Bytes in decimal units: `77.2 MB`. */
export function formatBytes(sizeBytes: number): string {
  if (!Number.isFinite(sizeBytes)) return UNKNOWN;
  if (sizeBytes < 1000) return `${Math.round(sizeBytes)} B`;
  const text = formatLarge(sizeBytes);
  return text.endsWith(" k") ? `${text.slice(0, -2)} kB` : `${text}B`;
}

/** `850 ms`, `21 s`, `3 min 20 s`, `1 h 7 min`. No time is less than none. */
export function formatDuration(elapsedMs: number): string {
  if (!Number.isFinite(elapsedMs)) return UNKNOWN;
  if (elapsedMs < 0) return formatDuration(0);
  if (elapsedMs < 1) return `${toSignificant(elapsedMs)} ms`;
  if (elapsedMs < 999.5) return `${Math.round(elapsedMs)} ms`;
  const seconds = elapsedMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joinUnits(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return joinUnits(Math.floor(minutes / 60), "h", minutes % 60, "min");
  return `${Math.round(minutes / 1440)} days`;
}

/** What a clock still has to go, `null` where nothing is left or nobody knows: then there is nothing to say. */
export function formatRemaining(remainingMs: number | null): string | null {
  const isKnown = remainingMs !== null && Number.isFinite(remainingMs) && remainingMs > 0;
  return isKnown ? formatDuration(remainingMs) : null;
}

/** A share in `[0, 1]` as `62.5 %`. */
export function formatPercent(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return UNKNOWN;
  const percent = (share * 100).toFixed(digits);
  // Not "-0": a little below nothing is nothing.
  return `${Number(percent) === 0 ? (0).toFixed(digits) : percent} %`;
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function toSignificant(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value
    .toFixed(Math.min(digits, 6))
    .replace(/\.0+$/, "")
    .replace(/(\.\d*?)0+$/, "$1");
}
