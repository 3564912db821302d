/**
 * The state and the actions of the Race tab. This separate store loads with the tab and lasts for the visit. Race and
 * experiment have separate workers, so that one can wait while the other trains. `machineOwner.ts` decides which may compute.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { CheckpointSummary } from "../../checkpoint/checkpoint.ts";
import type { RunClient } from "../../client/runClient.ts";
import type { EvaluatedPart } from "../../core/classified.ts";
import { NETWORK_SIZES } from "../../network/matchParameters.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { ExperimentId } from "../../settings/experiments/experiment.ts";
import { experimentById } from "../../settings/experiments/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import { createPictureRequests } from "../requests.ts";
import { isActive, usesMachine } from "../run/runState.ts";
import { blockedReason, chosenBy, ownChecksumOf, ownFilesOf, type Playground } from "../store.ts";
import { experimentBlocked, raceBlocked } from "./blocked.ts";
import type { RaceAxis } from "./curves.ts";
import {
  armsOfNextSeed,
  cancelled,
  type ExperimentBase,
  type ExperimentState,
  experimentAfter,
  experimentRequested,
  experimentUsesMachine,
  isBetweenSeeds,
  isUnderWay,
  newExperiment,
  withNextSeed,
} from "./experiment.ts";
import { type FoundExperiment, restoredExperiment } from "./keptExperiment.ts";
import { lanesFor, type Rival } from "./rival.ts";
import { noRace, type RaceState, raceAfter, raceRequested, startedRace } from "./state.ts";

export interface RacePageState {
  readonly rival: Rival;
  readonly axis: RaceAxis;
  /** The accuracy to reach, a share in `[0, 1]`. */
  readonly target: number;
  readonly race: RaceState;
  readonly experimentId: ExperimentId;
  readonly experimentBase: ExperimentBase;
  readonly numSeeds: number;
  /** The latest result of each experiment. */
  readonly experiments: { readonly [Id in ExperimentId]?: ExperimentState };
}

export interface RaceActions {
  chooseRival(rival: Rival): void;
  setAxis(axis: RaceAxis): void;
  setTarget(accuracy: number): void;
  /** With `paused`, it pauses after one step of each lane. */
  start(options?: { readonly paused?: boolean }): void;
  /**
   * Goes on with a race that was found in the browser's storage.
   * @param takesOver takes it and the machine from a tab that does not answer
   */
  goOnWith(found: CheckpointSummary, takesOver?: boolean): void;
  /** Asks the race and the experiment for a checkpoint now. */
  keep(): void;
  pause(): void;
  resume(): void;
  step(): void;
  /** Ends the race together with its worker and clears its curves. */
  reset(): void;
  chooseExperiment(id: ExperimentId): void;
  chooseBase(base: ExperimentBase): void;
  setSeeds(numSeeds: number): void;
  runExperiment(): void;
  pauseExperiment(): void;
  resumeExperiment(): void;
  cancelExperiment(): void;
  /** Goes on with an experiment that an earlier visit left unfinished, in the race of its seed where that has a checkpoint. */
  goOnWithExperiment(found: FoundExperiment, takesOver?: boolean): void;
  /** Like `PlaygroundActions.requestPictures`, for the lanes of the race. */
  requestPictures(of: EvaluatedPart, places: readonly number[]): Promise<Uint8Array>;
  receive(event: WorkerEvent): void;
}

export interface Race {
  readonly store: StoreApi<RacePageState>;
  readonly actions: RaceActions;
}

const DEFAULT_TARGET = 0.8;
const DEFAULT_SEEDS = 3;

/** `connect` is called once for the race and once for experiments, because each has its own worker. */
export function createRace(
  playground: Pick<Playground, "store" | "machine" | "actions">,
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
  const { machine } = playground;
  const client = connect((event) => actions.receive(event));
  const experimentClient = connect((event) => actions.receive(event));
  const pictures = createPictureRequests();
  const current = () => playground.store.getState().settings.values;
  const recipeId = () => playground.store.getState().settings.recipeId;

  machine.join("race", {
    isUsing: () => usesMachine(get().race.run),
    pause: () => actions.pause(),
    cancel: () => actions.reset(),
  });
  machine.join("experiment", {
    isUsing: () => experimentUsesMachine(runningExperiment(get())),
    pause: () => actions.pauseExperiment(),
    cancel: () => actions.cancelExperiment(),
  });
  store.subscribe(machine.settle);

  function start(paused: boolean): void {
    if (raceBlocked(get().rival, playground.store.getState()) === null)
      machine.ask("race", () => startNow(paused));
  }

  function startNow(paused: boolean): void {
    // The request may have waited, and the settings may have changed meanwhile.
    if (raceBlocked(get().rival, playground.store.getState()) !== null) return;
    const plans = lanesFor(current(), get().rival);
    // Uses the files of the first lane's data set, which all lanes share.
    const ownFiles = ownFilesOf(playground.store.getState(), current());
    const chosenWeights = chosenBy(playground.store.getState(), current());
    const options = { paused, ownFiles, recipe: recipeId(), chosenWeights };
    const { raceId, laneIds } = client.startRace(plans, options);
    // The checkpoints of a race that failed are removed when another one starts.
    const { found } = playground.store.getState().view;
    if (found !== null && found.runId === get().race.run.runId)
      playground.actions.setView({ found: null });
    set({ race: startedRace(raceId, laneIds, plans) });
  }

  /** Resumes a paused race. The race may be gone by the time it gets the machine. */
  function goOn(request: "resume" | "step"): void {
    machine.ask("race", () => {
      if (!isActive(get().race.run)) return;
      client[request]();
      set({ race: raceRequested(get().race, request) });
    });
  }

  function keep(experiment: ExperimentState): void {
    set({ experiments: { ...get().experiments, [experiment.id]: experiment } });
  }

  /** @param resumes the id of the seed's race, when it goes on from a checkpoint */
  function startNextSeed(experiment: ExperimentState, resumes?: string, takesOver?: boolean): void {
    const { ownFiles } = experiment;
    const arms = armsOfNextSeed(experiment);
    const chosenWeights = chosenBy(playground.store.getState(), arms[0]?.settings ?? current());
    const { raceId, laneIds } = experimentClient.startRace(arms, {
      ...{ ownFiles, chosenWeights, resumes, takesOver },
    });
    keep(withNextSeed(experiment, raceId, laneIds));
  }

  const actions: RaceActions = {
    chooseRival: (rival) => set({ rival }),
    setAxis: (axis) => set({ axis }),
    setTarget: (target) => set({ target }),
    start: ({ paused = false } = {}) => start(paused),
    goOnWith(found, takesOver) {
      const [first] = found.lanes;
      if (first === undefined) return;
      playground.actions.restoreSettings(found.recipe, first.settings);
      const isBlocked = () => blockedReason(playground.store.getState()) !== null;
      if (isBlocked()) return;
      const begin = () => {
        if (isBlocked()) return;
        const plans = found.lanes.map(({ name = "", settings }) => ({ name, settings }));
        const ownFiles = ownFilesOf(playground.store.getState(), first.settings);
        const options = { ownFiles, recipe: found.recipe, resumes: found.runId, takesOver };
        const { raceId, laneIds } = client.startRace(plans, options);
        playground.actions.setView({ found: null });
        set({ race: startedRace(raceId, laneIds, plans) });
      };
      machine.ask("race", begin, takesOver);
    },
    keep() {
      client.keep();
      experimentClient.keep();
    },
    pause() {
      machine.withdraw("race");
      client.pause();
      set({ race: raceRequested(get().race, "pause") });
    },
    resume: () => goOn("resume"),
    step() {
      const { run } = get().race;
      if (!isActive(run)) start(true);
      else if (run.paused) goOn("step");
    },
    reset() {
      machine.withdraw("race");
      if (isActive(get().race.run)) client.reset();
      set({ race: noRace() });
    },
    chooseExperiment: (experimentId) => set({ experimentId }),
    chooseBase: (experimentBase) => set({ experimentBase }),
    setSeeds: (numSeeds) => set({ numSeeds }),
    runExperiment() {
      const { experimentId: id, numSeeds } = get();
      const isBlocked = () =>
        runningExperiment(get()) !== null ||
        experimentBlocked(id, get().experimentBase, playground.store.getState()) !== null;
      if (isBlocked()) return;
      machine.ask("experiment", () => {
        if (isBlocked()) return;
        const base = baseOf(get(), current());
        const state = playground.store.getState();
        const ownFiles = ownFilesOf(state, base);
        const arms = experimentById(id).arms(base, NETWORK_SIZES);
        startNextSeed(newExperiment(id, arms, numSeeds, ownFiles, ownChecksumOf(state, base)));
      });
    },
    pauseExperiment() {
      machine.withdraw("experiment");
      const running = runningExperiment(get());
      if (running === null) return;
      experimentClient.pause();
      keep(experimentRequested(running, "pause"));
    },
    resumeExperiment() {
      machine.ask("experiment", () => {
        const running = runningExperiment(get());
        if (running === null) return;
        if (isBetweenSeeds(running)) {
          startNextSeed(running);
          return;
        }
        experimentClient.resume();
        keep(experimentRequested(running, "resume"));
      });
    },
    cancelExperiment() {
      machine.withdraw("experiment");
      const running = runningExperiment(get());
      if (running === null) return;
      experimentClient.reset();
      keep(cancelled(running));
    },
    goOnWithExperiment({ kept, checkpoint }, takesOver) {
      const [{ arm } = { arm: null }] = kept.arms;
      const ownFiles = ownFilesOf(playground.store.getState(), arm?.settings ?? current());
      const begin = () => {
        if (runningExperiment(get()) !== null) return;
        playground.actions.setView({ foundExperiment: null });
        set({ experimentId: kept.id, numSeeds: kept.numSeeds });
        startNextSeed(restoredExperiment(kept, ownFiles), checkpoint?.runId, takesOver);
      };
      machine.ask("experiment", begin, takesOver);
    },
    requestPictures: (of, places) => pictures.answerTo(client.requestImages(of, places)),
    receive(event) {
      if (
        event.type === "images.delivered" ||
        event.type === "images.failed" ||
        event.type === "request.superseded"
      ) {
        pictures.receive(event);
        return;
      }
      if (event.type === "checkpoint.failed")
        playground.actions.setView({ checkpointsNotKept: event.error.message });
      const race = raceAfter(get().race, event);
      if (race !== get().race) set({ race });
      const running = runningExperiment(get());
      if (running === null) return;
      const after = experimentAfter(running, event);
      if (after === running) return;
      const seedIsOver = isBetweenSeeds(after) && !isBetweenSeeds(running);
      const isToPause = running.race.run.request === "pause";
      if (seedIsOver && !isToPause) startNextSeed(after);
      else keep(after);
    },
  };
  return { store, actions };
}

/** Returns the running experiment, whether it is shown or not. */
export function runningExperiment({ experiments }: RacePageState): ExperimentState | null {
  return Object.values(experiments).find(isUnderWay) ?? null;
}

export function baseOf(
  { experimentId, experimentBase }: RacePageState,
  current: Settings,
): Settings {
  return experimentBase === "current" ? current : experimentById(experimentId).base;
}
