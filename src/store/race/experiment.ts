/**
 * The page's state of an experiment: one race of all arms for each seed, and the results of the completed seeds. Pure
 * functions.
 */
import type { CurvePoint } from "../../core/curves.ts";
import type { SerializedError } from "../../core/errors.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Arm, ExperimentId } from "../../settings/experiments/experiment.ts";
import { type Spread, spreadOf, verdictText } from "../../settings/experiments/statistics.ts";
import { isHeld, type RunRequest, usesMachine } from "../run/runState.ts";
import { toArray } from "../run/series.ts";
import { noRace, type RaceState, raceAfter, raceRequested, startedRace } from "./state.ts";

/** The network of an experiment: its own small one, or the one of the controls. */
export type ExperimentBase = "own" | "current";

/** The result of one arm with one seed. */
export interface ArmSeed {
  readonly seed: number;
  readonly validation: readonly CurvePoint[];
  readonly testAccuracy: number;
}

export interface ArmState {
  readonly arm: Arm;
  readonly seeds: readonly ArmSeed[];
  readonly failures: readonly { readonly seed: number; readonly message: string }[];
}

export interface ExperimentState {
  readonly id: ExperimentId;
  readonly numSeeds: number;
  /** The files of the data set as they were at the start, because all seeds must train on the same data. */
  readonly ownFiles: readonly OwnFile[];
  /** Of these files together, by which they are recognised after a reload. */
  readonly ownChecksum: string | undefined;
  readonly arms: readonly ArmState[];
  /** The current seed or the last one. */
  readonly seed: number;
  /** The race of that seed. */
  readonly race: RaceState;
  readonly outcome: "finished" | "cancelled" | "failed" | "takenOver" | null;
  readonly error: SerializedError | null;
}

export function newExperiment(
  id: ExperimentId,
  arms: readonly Arm[],
  numSeeds: number,
  ownFiles: readonly OwnFile[] = [],
  ownChecksum?: string,
): ExperimentState {
  return {
    id,
    numSeeds,
    ownFiles,
    ownChecksum,
    arms: arms.map((arm) => ({ arm, seeds: [], failures: [] })),
    seed: 0,
    race: noRace(),
    outcome: null,
    error: null,
  };
}

/** Returns the arms with the next seed. */
export function armsOfNextSeed({ arms, seed }: ExperimentState): readonly Arm[] {
  return arms.map(({ arm }) => ({ ...arm, settings: { ...arm.settings, seed: seed + 1 } }));
}

export function withNextSeed(
  state: ExperimentState,
  raceId: string,
  laneIds: readonly string[],
): ExperimentState {
  const race = startedRace(raceId, laneIds, armsOfNextSeed(state));
  return { ...state, seed: state.seed + 1, race };
}

/** After the race of a seed has ended, its results are in `arms`. After the last seed, `outcome` is set as well. */
export function experimentAfter(state: ExperimentState, event: WorkerEvent): ExperimentState {
  const race = raceAfter(state.race, event);
  if (race === state.race) return state;
  const after = { ...state, race };
  if (race.run.outcome === null || state.race.run.outcome !== null) return after;
  if (race.run.outcome === "takenOver") return { ...after, outcome: "takenOver" };
  const arms = state.arms.map((arm, index) => armAfter(arm, state.seed, race, index));
  const isBroken =
    race.run.outcome === "failed" && race.lanes.every(({ run }) => run.error === null);
  if (isBroken) return { ...after, outcome: "failed", error: race.run.error };
  return { ...after, arms, outcome: state.seed === state.numSeeds ? "finished" : null };
}

export function cancelled(state: ExperimentState): ExperimentState {
  return isUnderWay(state) ? { ...state, outcome: "cancelled" } : state;
}

export function isUnderWay(state: ExperimentState | null): boolean {
  return state !== null && state.outcome === null;
}

/** Tells whether a seed is over and the next has not begun, because the experiment was paused at that moment. */
export function isBetweenSeeds(state: ExperimentState): boolean {
  return isUnderWay(state) && state.race.run.outcome !== null;
}

export function isPaused(state: ExperimentState): boolean {
  return isBetweenSeeds(state) || (isUnderWay(state) && state.race.run.paused);
}

/** Tells whether the next press of the button resumes the experiment, like `isHeld` of a run. */
export function isExperimentHeld(state: ExperimentState): boolean {
  return isBetweenSeeds(state) || (isUnderWay(state) && isHeld(state.race.run));
}

export function experimentUsesMachine(state: ExperimentState | null): boolean {
  return state !== null && isUnderWay(state) && usesMachine(state.race.run);
}

export function experimentRequested(state: ExperimentState, request: RunRequest): ExperimentState {
  return { ...state, race: raceRequested(state.race, request) };
}

/** Returns the share of all steps of all seeds that are done. */
export function experimentShare({ numSeeds, seed, race, outcome }: ExperimentState): number {
  if (outcome === "finished") return 1;
  const total = race.run.prepared?.totalSteps ?? 0;
  const steps = race.lanes.map(({ run }) => run.progress?.step ?? 0);
  const done = steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length);
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (Math.max(0, seed - 1) + share) / numSeeds;
}

export function experimentText(state: ExperimentState): string {
  switch (state.outcome) {
    case "finished":
      return "Finished";
    case "cancelled":
      return `Cancelled after ${state.seed - 1} of ${state.numSeeds} seeds`;
    case "failed":
      return `Failed: ${state.error?.message ?? "the race ended without saying why."}`;
    case "takenOver":
      return `Goes on in another tab: seed ${state.seed} of ${state.numSeeds}`;
    case null:
      return `${isPaused(state) ? "Paused: seed" : "Seed"} ${state.seed} of ${state.numSeeds}`;
  }
}

/** Returns mean and standard deviation of the final accuracies; `null` when there are none. */
export function armSpread({ seeds }: ArmState, of: "validation" | "test"): Spread | null {
  const values = seeds.flatMap(({ validation, testAccuracy }) =>
    of === "test" ? [testAccuracy] : (validation.at(-1)?.accuracy ?? []),
  );
  return values.length === 0 ? null : spreadOf(values);
}

export interface BandPoint {
  readonly step: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Returns the validation accuracy over the steps: the mean of the completed seeds, plus and minus one standard deviation. */
export function bandOf({ seeds }: ArmState): readonly BandPoint[] {
  const [first] = seeds;
  if (first === undefined) return [];
  return first.validation.flatMap(({ step }) => {
    const values = seeds.flatMap(
      ({ validation }) => validation.find((point) => point.step === step)?.accuracy ?? [],
    );
    if (values.length < seeds.length) return [];
    const { mean, spread } = spreadOf(values);
    return [{ step, mean, low: Math.max(0, mean - spread), high: Math.min(1, mean + spread) }];
  });
}

/** Summarises the results so far in a sentence. */
export function verdictOf({ arms }: ExperimentState): string {
  return verdictText(
    arms.map(({ arm, seeds }) => ({
      name: arm.name,
      accuracies: seeds.map(({ testAccuracy }) => testAccuracy),
    })),
  );
}

function armAfter(state: ArmState, seed: number, race: RaceState, index: number): ArmState {
  const lane = race.lanes[index];
  if (lane === undefined) return state;
  const { run, evaluation } = lane;
  if (evaluation.test === null) {
    const message = run.error?.message ?? "It did not come to its test.";
    return { ...state, failures: [...state.failures, { seed, message }] };
  }
  const result = {
    seed,
    validation: toArray(run.validation),
    testAccuracy: evaluation.test.accuracy,
  };
  return { ...state, seeds: [...state.seeds, result] };
}
