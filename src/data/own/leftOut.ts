/**
 * Collects files that cannot be used, with the reason. A stray file must not make the others unusable, and every skipped file
 * is reported.
 */
import { FILE_FORMATS, type FileFormatName } from "../../core/fileFormat.ts";
import { formatCount } from "../../core/units.ts";

export interface LeftOut {
  /** The path as the person gave it. */
  readonly path: string;
  /** The entry's name when `path` is an archive. */
  readonly entry?: string;
  /** The name to show. */
  readonly name: string;
  /** A few words that follow "left out: ...". */
  readonly reason: string;
}

/** The maximum number of names in a sentence; the others are counted. */
const MOST_NAMES = 5;

/** Writes one sentence for each reason, with the first names. */
export function leftOutNotes(leftOut: readonly Pick<LeftOut, "name" | "reason">[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, reason } of leftOut) {
    const names = byReason.get(reason);
    if (names === undefined) byReason.set(reason, [name]);
    else names.push(name);
  }
  return [...byReason].map(
    ([reason, names]) => `${counted(names)} left out: ${listed(names)} (${reason}).`,
  );
}

/** Writes one sentence on the files that operating systems hide in folders and archives, if there are any. */
export function hiddenNotes(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const files =
    names.length === 1 ? "1 hidden file is" : `${formatCount(names.length)} hidden files are`;
  return [`${files} ignored: ${listed(names)}.`];
}

/** Formats names: `a, b, c and 12 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${formatCount(more)} more` : shown.join(", ");
}

/**
 * Returns why a file of this format is unusable.
 * @param wanted what is looked for: `a picture`
 */
export function reasonOfFormat(format: FileFormatName, wanted: string): string {
  if (format === "empty") return "empty";
  if (format === "unknown") return `not ${wanted}`;
  const known = FILE_FORMATS[format];
  return `${known.title}, not ${wanted}${"advice" in known ? `: ${known.advice}` : ""}`;
}

function counted(names: readonly string[]): string {
  return names.length === 1 ? "1 file is" : `${formatCount(names.length)} files are`;
}
