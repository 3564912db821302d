/**
 * A sweep: one set of settings of which some vary, in every combination (a grid) or in combinations drawn at random. Plain data;
 * `combinations.ts` lists the runs, `readSweep.ts` checks a description from outside.
 */
import type { SettingKey, Settings } from "../settings.ts";

/** Larger sweeps are refused: no list, table or person copes with more runs. */
export const MOST_RUNS = 500;
/** Raise it when a sweep file of an older program can no longer be read unchanged. */
export const SWEEP_VERSION = 1;

export type SettingValue = Settings[SettingKey];

/** A range to draw from, for random samples. With `log`, small and large numbers are equally likely by their magnitude. */
export interface SampledRange {
  readonly from: number;
  readonly to: number;
  readonly scale: "linear" | "log";
}

/** One setting that varies. */
export interface SweepAxis {
  readonly key: SettingKey;
  /** The values to combine or to draw from, or a range to draw from. */
  readonly among: readonly SettingValue[] | SampledRange;
}

export interface Sweep {
  readonly name: string;
  readonly recipeId: string;
  /** What all runs have in common. */
  readonly base: Settings;
  readonly axes: readonly SweepAxis[];
  /** How many combinations are drawn at random, and by which seed; `null` for a grid, which has all of them. */
  readonly sample: { readonly runs: number; readonly seed: number } | null;
}

export function isRange(among: SweepAxis["among"]): among is SampledRange {
  return "from" in among;
}
