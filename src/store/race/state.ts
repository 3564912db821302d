/**
 * The page's state of a race: the race as a whole and each of its lanes. All of them are runs, updated by the worker's events.
 * Pure functions. A failed or reset race keeps its curves until another one starts.
 */
import type { CurveAccent } from "../../core/curves.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Arm } from "../../settings/experiments/experiment.ts";
import type { Settings } from "../../settings/settings.ts";
import { type EvaluationState, evaluationAfter, noEvaluation } from "../run/evaluationState.ts";
import {
  noRun,
  type RunRequest,
  type RunState,
  requested,
  runAfter,
  startedRun,
} from "../run/runState.ts";
import { append, emptySeries, type Series } from "../run/series.ts";
import { networkOf } from "../settings/derived.ts";

/** The number of steps done and the milliseconds that this lane spent in them. */
export interface ClockReading {
  readonly step: number;
  readonly trainMs: number;
}

export interface LaneState {
  readonly name: string;
  readonly accent: CurveAccent;
  /** Its own steps, curves, engine and failure. */
  readonly run: RunState;
  readonly clock: Series<ClockReading>;
  /** Multiply-accumulates of a forward pass for one image. */
  readonly macs: number;
  /** Its newest matrix, its test and, when it was far below training, the evaluation with both kinds of statistics. */
  readonly evaluation: EvaluationState;
}

export interface RaceState {
  /** The state of loading, pauses and the end. */
  readonly run: RunState;
  readonly lanes: readonly LaneState[];
  /** The lanes' plans. The list is the same object for the life of the race. */
  readonly plans: readonly LanePlan[];
}

export type LanePlan = Pick<Arm, "name" | "settings">;

export function noRace(): RaceState {
  return { run: noRun(), lanes: [], plans: [] };
}

export function startedRace(
  raceId: string,
  laneIds: readonly string[],
  plans: readonly LanePlan[],
): RaceState {
  const [first] = plans;
  if (first === undefined) return noRace();
  const accents = accentsOf(plans.map(({ settings }) => settings));
  return {
    run: startedRun(raceId, first.settings),
    plans,
    lanes: plans.map(({ name, settings }, index) => {
      const network = networkOf(settings);
      return {
        name,
        accent: accents[index] ?? "third",
        run: startedRun(laneIds[index] ?? raceId, settings),
        clock: emptySeries(),
        macs: network.ok ? network.analysis.macs : 0,
        evaluation: noEvaluation(),
      };
    }),
  };
}

export function raceRequested(state: RaceState, request: RunRequest): RaceState {
  return { ...state, run: requested(state.run, request) };
}

/**
 * Returns each network's colour. The first network of a kind of convolution gets that kind's colour, and no network gets the
 * colour of a kind it is not.
 */
export function accentsOf(lanes: readonly Settings[]): readonly CurveAccent[] {
  const others: readonly CurveAccent[] = ["third", "fourth"];
  const taken: CurveAccent[] = [];
  for (const { convolution } of lanes) {
    const own: CurveAccent = convolution === "ordinary" ? "ordinary" : "separable";
    const free = others.find((accent) => !taken.includes(accent)) ?? "fourth";
    taken.push(taken.includes(own) ? free : own);
  }
  return taken;
}

/** Events of other races return the same state object. */
export function raceAfter(state: RaceState, event: WorkerEvent): RaceState {
  if (!("runId" in event)) return state;
  if (event.runId === state.run.runId) {
    const run = runAfter(state.run, event);
    if (run.outcome === "takenOver") return { ...state, run, lanes: takenOver(state.lanes, event) };
    return run === state.run ? state : { ...state, run };
  }
  if (!state.lanes.some((lane) => lane.run.runId === event.runId)) return state;
  return { ...state, lanes: state.lanes.map((lane) => laneAfter(lane, event)) };
}

/** A race changes hands with all networks that have not failed. */
function takenOver(
  lanes: readonly LaneState[],
  event: WorkerEvent & { readonly runId: string },
): readonly LaneState[] {
  return lanes.map((lane) => laneAfter(lane, { ...event, runId: lane.run.runId ?? "" }));
}

function laneAfter(lane: LaneState, event: WorkerEvent & { readonly runId: string }): LaneState {
  if (event.runId !== lane.run.runId) return lane;
  const run = runAfter(lane.run, event);
  if (event.type === "step.completed") {
    const { step, trainMs, clock = [{ step, trainMs }] } = event;
    return { ...lane, run, clock: append(lane.clock, clock) };
  }
  const evaluation = evaluationAfter(lane.evaluation, event);
  return run === lane.run && evaluation === lane.evaluation ? lane : { ...lane, run, evaluation };
}
