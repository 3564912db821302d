/**
 * The state behind the Race tab, with its actions: a store of its own, loaded with the tab and kept for the visit. It has
 * one worker, for a race or for an experiment; it refuses to train beside the playground's own run, since both would
 * slow each other down.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunClient } from "../client/runClient.ts";
import { PlaygroundError, serializeError } from "../core/errors.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import type { ExperimentId } from "../spec/experiments/experiment.ts";
import { experimentById } from "../spec/experiments/registry.ts";
import type { Settings } from "../spec/settings.ts";
import { networkOf } from "./derived.ts";
import type { RaceAxis } from "./raceCurves.ts";
import {
  armsOfNextSeed,
  cancelled,
  type ExperimentState,
  experimentAfter,
  isUnderWay,
  newExperiment,
  withNextSeed,
} from "./raceExperiment.ts";
import { lanesFor, type Rival } from "./raceRival.ts";
import { type LanePlan, noRace, type RaceState, raceAfter, startedRace } from "./raceState.ts";
import { isActive, requested } from "./runState.ts";
import { blockedReason, ownFilesOf, type Playground, type PlaygroundState } from "./store.ts";

/** On which network an experiment is made: its own small one, or the one of the controls. */
export type ExperimentBase = "own" | "current";

export interface RacePageState {
  readonly rival: Rival;
  readonly axis: RaceAxis;
  /** Accuracy to reach, a share. */
  readonly target: number;
  readonly race: RaceState;
  readonly experimentId: ExperimentId;
  readonly experimentBase: ExperimentBase;
  readonly numSeeds: number;
  /** What came of each experiment last. */
  readonly experiments: { readonly [Id in ExperimentId]?: ExperimentState };
}

export interface RaceActions {
  chooseRival(rival: Rival): void;
  setAxis(axis: RaceAxis): void;
  setTarget(accuracy: number): void;
  /** With `paused`, it stops after one step of each. */
  start(options?: { readonly paused?: boolean }): void;
  pause(): void;
  resume(): void;
  step(): void;
  /** Ends the race with its worker and clears its curves. */
  reset(): void;
  chooseExperiment(id: ExperimentId): void;
  chooseBase(base: ExperimentBase): void;
  setSeeds(numSeeds: number): void;
  runExperiment(): void;
  cancelExperiment(): void;
  receive(event: WorkerEvent): void;
}

export interface Race {
  readonly store: StoreApi<RacePageState>;
  readonly actions: RaceActions;
}

const DEFAULT_TARGET = 0.8;
const DEFAULT_SEEDS = 3;

export function createRace(
  playground: Pick<Playground, "store">,
  connect: (onEvent: (event: WorkerEvent) => void) => RunClient,
): Race {
  const store = createStore<RacePageState>(() => ({
    rival: { kind: "twin" },
    axis: "steps",
    target: DEFAULT_TARGET,
    race: noRace(),
    experimentId: "residuals",
    experimentBase: "own",
    numSeeds: DEFAULT_SEEDS,
    experiments: {},
  }));
  const { getState: get, setState: set } = store;
  const client = connect((event) => actions.receive(event));
  const current = () => playground.store.getState().settings.values;

  // Whoever presses Train wants the whole machine for it.
  playground.store.subscribe(({ run }, before) => {
    if (!isActive(run) || isActive(before.run)) return;
    if (isActive(get().race.run) && !get().race.run.paused) actions.pause();
    actions.cancelExperiment();
  });

  /** On the files of the first lane's data set: all lanes have the same. */
  function startLanes(plans: readonly LanePlan[], paused = false) {
    const lanes = plans.map(({ settings }) => settings);
    const [first = current()] = lanes;
    const ownFiles = ownFilesOf(playground.store.getState(), first);
    return client.startRace(lanes, { paused, ownFiles });
  }

  function start(paused: boolean): void {
    if (raceBlocked(get(), playground.store.getState()) !== null) return;
    const plans = lanesFor(current(), get().rival);
    const { raceId, laneIds } = startLanes(plans, paused);
    set({ race: startedRace(raceId, laneIds, plans) });
  }

  function keep(experiment: ExperimentState): void {
    set({ experiments: { ...get().experiments, [experiment.id]: experiment } });
  }

  function startNextSeed(experiment: ExperimentState): void {
    const { raceId, laneIds } = startLanes(armsOfNextSeed(experiment));
    keep(withNextSeed(experiment, raceId, laneIds));
  }

  const actions: RaceActions = {
    chooseRival: (rival) => set({ rival }),
    setAxis: (axis) => set({ axis }),
    setTarget: (target) => set({ target }),
    start: ({ paused = false } = {}) => start(paused),
    pause() {
      client.pause();
      set({ race: { ...get().race, run: requested(get().race.run, "pause") } });
    },
    resume() {
      client.resume();
      set({ race: { ...get().race, run: requested(get().race.run, "resume") } });
    },
    step() {
      const { run } = get().race;
      if (!isActive(run)) start(true);
      else if (run.paused) client.step();
    },
    reset() {
      if (isActive(get().race.run)) client.reset();
      set({ race: noRace() });
    },
    chooseExperiment: (experimentId) => set({ experimentId }),
    chooseBase: (experimentBase) => set({ experimentBase }),
    setSeeds: (numSeeds) => set({ numSeeds }),
    runExperiment() {
      if (experimentBlocked(get(), playground.store.getState()) !== null) return;
      const { experimentId: id, numSeeds } = get();
      const experiment = experimentById(id);
      const arms = experiment.arms(baseOf(get(), current()));
      startNextSeed(newExperiment(id, arms, numSeeds));
    },
    cancelExperiment() {
      const running = runningExperiment(get());
      if (running === null) return;
      client.reset();
      keep(cancelled(running));
    },
    receive(event) {
      const race = raceAfter(get().race, event);
      if (race !== get().race) set({ race });
      const running = runningExperiment(get());
      if (running === null) return;
      const after = experimentAfter(running, event);
      if (after === running) return;
      const seedIsOver = after.race.run.outcome !== null && running.race.run.outcome === null;
      if (seedIsOver && isUnderWay(after)) startNextSeed(after);
      else keep(after);
    },
  };
  return { store, actions };
}

/** The browser asks before a page with a race or an experiment under way is left. */
export function askBeforeLeaving({ store }: Race, page: Window): void {
  page.addEventListener("beforeunload", (event) => {
    const state = store.getState();
    if (isActive(state.race.run) || runningExperiment(state) !== null) event.preventDefault();
  });
}

/** The experiment under way, whichever is shown. */
export function runningExperiment({ experiments }: RacePageState): ExperimentState | null {
  return Object.values(experiments).find(isUnderWay) ?? null;
}

export function baseOf(
  { experimentId, experimentBase }: RacePageState,
  current: Settings,
): Settings {
  return experimentBase === "current" ? current : experimentById(experimentId).base;
}

export type Lanes =
  | { readonly ok: true; readonly plans: readonly [LanePlan, LanePlan] }
  | { readonly ok: false; readonly message: string };

/** The lanes as they would start now, or what is wrong with the rival. */
export function lanesNow(rival: Rival, current: Settings): Lanes {
  try {
    return { ok: true, plans: lanesFor(current, rival) };
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    return { ok: false, message: serializeError(error).message };
  }
}

/** Why a race cannot start, in a sentence; `null` when it can. */
export function raceBlocked(state: RacePageState, playground: PlaygroundState): string | null {
  if (runningExperiment(state) !== null)
    return "An experiment is under way; both would slow each other down.";
  return (
    busyReason(playground) ??
    blockedReason(playground) ??
    plansFault(lanesNow(state.rival, playground.settings.values))
  );
}

/** Why an experiment cannot start, in a sentence; `null` when it can. */
export function experimentBlocked(
  state: RacePageState,
  playground: PlaygroundState,
): string | null {
  if (isActive(state.race.run)) return "A race is under way; both would slow each other down.";
  const busy = busyReason(playground);
  if (busy !== null || state.experimentBase === "own") return busy;
  if (playground.settings.values.network !== "xception")
    return "The questions are about Xception: choose it as Architecture, or ask a small network.";
  return blockedReason(playground);
}

function busyReason({ run }: PlaygroundState): string | null {
  return isActive(run)
    ? "A training is under way in the playground; both would slow each other down."
    : null;
}

function plansFault(lanes: Lanes): string | null {
  if (!lanes.ok) return lanes.message;
  for (const { settings } of lanes.plans) {
    const network = networkOf(settings);
    if (!network.ok) return network.message;
  }
  return null;
}
