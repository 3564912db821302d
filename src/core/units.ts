/**
 * Formats numbers for people. The text is independent of the locale and the same for page, terminal and files. Pure functions.
 */
import { greatestOf, leastOf } from "./numbers.ts";

/** Stands for a number that is not finite, such as a quotient by a time or a count of 0. */
const UNKNOWN = "unknown";

/** Formats a whole number: `22,855,952`. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return UNKNOWN;
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Formats three significant digits with a decimal unit: `3.79 M`, `8.37 G`, `512`. */
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

/** Formats bytes in decimal units: `77.2 MB`. */
export function formatBytes(sizeBytes: number): string {
  if (!Number.isFinite(sizeBytes)) return UNKNOWN;
  if (sizeBytes < 1000) return `${Math.round(sizeBytes)} B`;
  const text = formatLarge(sizeBytes);
  return text.endsWith(" k") ? `${text.slice(0, -2)} kB` : `${text}B`;
}

/** Formats a duration: `850 ms`, `21 s`, `3 min 20 s`, `1 h 7 min`. Negative times count as 0. */
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

/** Formats the remaining time. Returns `null` when no time is left or the time is unknown. */
export function formatRemaining(remainingMs: number | null): string | null {
  const isKnown = remainingMs !== null && Number.isFinite(remainingMs) && remainingMs > 0;
  return isKnown ? formatDuration(remainingMs) : null;
}

/** Formats a share in `[0, 1]` as `62.5 %`. */
export function formatPercent(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return UNKNOWN;
  const percent = (share * 100).toFixed(digits);
  // Avoids "-0" for small negative numbers.
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

/** Writes the range of the counts: `436 to 7,215`, or the count when all are equal. */
export function formatRange(counts: readonly number[]): string {
  const [least, most] = [leastOf(counts), greatestOf(counts)];
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
}
