/**
 * An append-only list that keeps all values of a run. Appending shares the memory of the earlier entries (a run may record a
 * hundred thousand points, ten times a second). Yet every `Series` value is immutable: a reader sees `length` entries, whatever
 * is appended to its successors.
 */
export interface Series<T> {
  readonly length: number;
  /** Oldest first. Entries beyond `length` belong to later values. */
  readonly entries: readonly T[];
}

export function emptySeries<T>(): Series<T> {
  return { length: 0, entries: [] };
}

export function append<T>(series: Series<T>, added: readonly T[]): Series<T> {
  if (added.length === 0) return series;
  // Only the newest value may append in place. Appending to an older one copies the entries.
  const isNewest = series.entries.length === series.length;
  const entries = isNewest ? (series.entries as T[]) : series.entries.slice(0, series.length);
  for (const entry of added) entries.push(entry);
  return { length: entries.length, entries };
}

/** Copies the entries to a new array. */
export function toArray<T>(series: Series<T>): readonly T[] {
  return series.entries.length === series.length
    ? series.entries
    : series.entries.slice(0, series.length);
}

export function last<T>(series: Series<T>): T | undefined {
  return series.length === 0 ? undefined : series.entries[series.length - 1];
}
