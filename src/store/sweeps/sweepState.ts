/** The page's state of one sweep: its plan, and what came of each run so far. Pure functions. */

import type { Settings } from "../../settings/settings.ts";
import {
  type NetworkCosts,
  type PlannedRun,
  planSweep,
  type SweepPlan,
} from "../../settings/sweeps/planSweep.ts";
import type { Sweep } from "../../settings/sweeps/sweep.ts";
import { networkOf } from "../settings/derived.ts";

/** What came of a planned run that has begun. */
export interface SweepRun {
  /** The id of its record and of its checkpoints. */
  readonly runId: string;
  /** `null` until it is over. */
  readonly outcome: "finished" | "failed" | null;
}

export interface SweepState {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly sweep: Sweep;
  readonly plan: SweepPlan;
  /** The runs that have begun, by the ids of their plans. */
  readonly runs: Readonly<Record<string, SweepRun>>;
}

export function newSweep(id: string, startedAt: number, sweep: Sweep): SweepState {
  return { id, startedAt, sweep, plan: planOf(sweep), runs: {} };
}

export function planOf(sweep: Sweep): SweepPlan {
  return planSweep(sweep, costsOf);
}

function costsOf(settings: Settings): NetworkCosts | string {
  const network = networkOf(settings);
  if (!network.ok) return network.message;
  const { params: parameters, macs } = network.analysis;
  return network.untrainable ?? { parameters, macs };
}

/** Returns the run that is under way or begins next; `undefined` when all are over. */
export function nextRun({ plan, runs }: SweepState): PlannedRun | undefined {
  return plan.runs.find(({ id }) => (runs[id]?.outcome ?? null) === null);
}

export function withRun(state: SweepState, planned: PlannedRun, run: SweepRun): SweepState {
  return { ...state, runs: { ...state.runs, [planned.id]: run } };
}

/** Returns the sweep with its failed runs waiting again. */
export function withoutFailures(state: SweepState): SweepState {
  const others = Object.entries(state.runs).filter(([, { outcome }]) => outcome !== "failed");
  return { ...state, runs: Object.fromEntries(others) };
}

export interface SweepCounts {
  readonly numRuns: number;
  readonly numFinished: number;
  readonly numFailed: number;
}

export function countsOf({ plan, runs }: SweepState): SweepCounts {
  const withOutcome = (outcome: SweepRun["outcome"]) =>
    plan.runs.filter(({ id }) => runs[id]?.outcome === outcome).length;
  return {
    numRuns: plan.runs.length,
    numFinished: withOutcome("finished"),
    numFailed: withOutcome("failed"),
  };
}

/** Returns the ids of the records of its runs. */
export function recordIds({ runs }: SweepState): readonly string[] {
  return Object.values(runs).map(({ runId }) => runId);
}
