/**
 * Computes the curves of a race over steps, over each lane's own time and over its multiplications, and when a lane reached a
 * target. Pure functions.
 */
import { imagesAfter, PASSES } from "../../runs/positions.ts";
import { last, toArray } from "../run/series.ts";
import type { LaneState } from "./state.ts";

export type RaceAxis = "steps" | "time" | "macs";

export interface RacePoint {
  readonly x: number;
  readonly y: number;
}

/**
 * Returns a lane's position after `step` steps: in steps, in seconds of its own steps, or in multiply-accumulates (3 x those of
 * a forward pass x images).
 */
export function placeOf(lane: LaneState, step: number, axis: RaceAxis): number {
  if (axis === "steps") return step;
  if (axis === "time") return secondsAt(lane, step);
  return PASSES * lane.macs * imagesOf(lane, step);
}

export function curveOf(
  lane: LaneState,
  curve: "loss" | "validation accuracy",
  axis: RaceAxis,
): readonly RacePoint[] {
  const { training, validation } = lane.run;
  return curve === "loss"
    ? toArray(training).map(({ step, loss }) => ({ x: placeOf(lane, step, axis), y: loss }))
    : toArray(validation).map(({ step, accuracy }) => ({
        x: placeOf(lane, step, axis),
        y: accuracy,
      }));
}

export interface TargetMet {
  readonly step: number;
  readonly seconds: number;
  readonly macs: number;
}

/** Returns the first validation with at least this accuracy; `null` when there was none yet. */
export function targetMet(lane: LaneState, accuracy: number): TargetMet | null {
  const met = toArray(lane.run.validation).find((point) => point.accuracy >= accuracy);
  if (met === undefined) return null;
  const { step } = met;
  return {
    step,
    seconds: placeOf(lane, step, "time"),
    macs: placeOf(lane, step, "macs"),
  };
}

export function stepsDone(lane: LaneState): number {
  return lane.run.progress?.step ?? 0;
}

/** Interpolates linearly between two readings of the clock. */
function secondsAt({ clock }: LaneState, step: number): number {
  let low = 0;
  let high = clock.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((clock.entries[middle]?.step ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  const after = clock.entries[low];
  const before = clock.entries[low - 1] ?? { step: 0, trainMs: 0 };
  const newest = last(clock);
  if (after === undefined || newest === undefined) return 0;
  if (step >= newest.step) return newest.trainMs / 1000;
  const share = (step - before.step) / Math.max(1, after.step - before.step);
  return (before.trainMs + share * (after.trainMs - before.trainMs)) / 1000;
}

function imagesOf({ run: { prepared, settings } }: LaneState, step: number): number {
  if (prepared === null || settings === null) return 0;
  return imagesAfter(prepared, settings.remainder, step);
}
