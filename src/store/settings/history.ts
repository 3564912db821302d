/**
 * The history of the settings, for undo and redo. Pure functions. Changes of one control that follow each other quickly, as those
 * of a slider or of typing do, are one entry.
 */
import { differingKeys, type SettingsState } from "./settingsState.ts";

type Snapshot = Pick<SettingsState, "recipeId" | "values">;

export interface SettingsHistory {
  /** The newest is last. */
  readonly past: readonly Snapshot[];
  /** What was undone; the next to redo is last. */
  readonly future: readonly Snapshot[];
  /** The control and the time of the newest change; `null` when the next change is an entry of its own. */
  readonly newest: { readonly key: string; readonly atMs: number } | null;
}

const MAX_ENTRIES = 100;
const JOINED_MS = 1000;

export function noHistory(): SettingsHistory {
  return { past: [], future: [], newest: null };
}

/** Returns the history after a change of the settings. @param atMs the time, on any clock. */
export function remembered(
  history: SettingsHistory,
  before: SettingsState,
  after: SettingsState,
  atMs: number,
): SettingsHistory {
  const keys = differingKeys(before.values, after.values);
  if (keys.length === 0 && before.recipeId === after.recipeId) return history;
  const key = `${after.recipeId} ${keys.join(" ")}`;
  const { newest } = history;
  const isSame = newest?.key === key && atMs - newest.atMs < JOINED_MS;
  const past = isSame ? history.past : [...history.past, snapshotOf(before)].slice(-MAX_ENTRIES);
  return { past, future: [], newest: keys.length === 1 ? { key, atMs } : null };
}

/** Returns the settings before the newest change with the history that belongs to them; `null` when there is none. */
export function undone(history: SettingsHistory, now: SettingsState) {
  const previous = history.past.at(-1);
  if (previous === undefined) return null;
  const future = [...history.future, snapshotOf(now)];
  return {
    settings: { ...now, ...previous, drafts: {} },
    history: { past: history.past.slice(0, -1), future, newest: null },
  };
}

/** The opposite of `undone`. */
export function redone(history: SettingsHistory, now: SettingsState) {
  const next = history.future.at(-1);
  if (next === undefined) return null;
  const past = [...history.past, snapshotOf(now)];
  return {
    settings: { ...now, ...next, drafts: {} },
    history: { past, future: history.future.slice(0, -1), newest: null },
  };
}

function snapshotOf({ recipeId, values }: SettingsState): Snapshot {
  return { recipeId, values };
}
