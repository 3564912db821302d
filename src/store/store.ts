/**
 * The page's state: one slice a concern, each with its pure functions in a file of its own, and the actions
 * that join them with the worker. Zustand's vanilla core, so that all of it runs and is tested without React.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { FileOrder, OwnFile, RunClient } from "../client/runClient.ts";
import { network } from "../core/network.ts";
import type { DataLook } from "../protocol/dataLook.ts";
import type { DataSetDescription, WorkerEvent } from "../protocol/events.ts";
import { isOwnDataSet, type OwnDataSet } from "../settings/ownData.ts";
import type { SettingKey, Settings } from "../settings/settings.ts";
import {
  noOwnData,
  type OwnDataState,
  ownDataAfter,
  ownDataCancelled,
  ownDataProblem,
  readingOwnData,
} from "./data/ownData.ts";
import { createFileRequests, type DeliveredFile } from "./files/fileRequests.ts";
import {
  createMachine,
  FREE_MACHINE,
  type Machine,
  type MachineState,
  machineRefusal,
} from "./machine/machineOwner.ts";
import type { Locks } from "./machine/tabLock.ts";
import { initialView, type ViewState } from "./page/viewState.ts";
import {
  cellOf,
  type EvaluationState,
  evaluationAfter,
  noEvaluation,
} from "./run/evaluationState.ts";
import {
  type MeasurementsState,
  type MeasureTarget,
  measured,
  measurementCancelled,
  measurementFailed,
  measurementSuperseded,
  measuring,
  noMeasurements,
  withSpeed,
} from "./run/measurements.ts";
import {
  isActive,
  noRun,
  type RunError,
  type RunState,
  requested,
  runAfter,
  startedRun,
  testRequested,
  usesMachine,
  withLearningRate,
} from "./run/runState.ts";
import { networkOf, twinSettings } from "./settings/derived.ts";
import { decodeLink } from "./settings/link.ts";
import {
  asInRecipe,
  initialSettings,
  invalidFields,
  recipeSettings,
  type SettingsState,
  withText,
  withValue,
  withValues,
} from "./settings/settingsState.ts";

export interface DataSetState {
  readonly description: DataSetDescription | null;
  readonly error: RunError | null;
  /** Of the question under way: an answer to an older one changes nothing. */
  readonly requestId: string | null;
}

/** A look at the data: open or not, what it found, or why it found nothing. */
export interface DataLookState {
  readonly open: boolean;
  readonly found: DataLook | null;
  readonly error: RunError | null;
  readonly requestId: string | null;
}

const NO_LOOK: DataLookState = { open: false, found: null, error: null, requestId: null };

export interface PlaygroundState {
  readonly settings: SettingsState;
  readonly run: RunState;
  readonly evaluation: EvaluationState;
  readonly dataSet: DataSetState;
  readonly ownData: OwnDataState;
  readonly dataLook: DataLookState;
  readonly measurements: MeasurementsState;
  /** The run whose weights were written into a file last, and the steps that it had taken by then. */
  readonly savedModel: { readonly runId: string; readonly step: number } | null;
  /** Who of the page computes, and who waits for it. */
  readonly machine: MachineState;
  readonly view: ViewState;
}

export interface PlaygroundActions {
  setText(key: SettingKey, text: string): void;
  setValue<K extends SettingKey>(key: K, value: Settings[K]): void;
  resetSetting(key: SettingKey): void;
  chooseRecipe(recipeId: string): void;
  /** Takes the settings from an address; what it cannot use is listed in `settings.linkProblems`. */
  openLink(search: string): void;
  dismissLinkProblems(): void;
  train(): void;
  /** Trains with these settings changed. */
  trainWith(changes: Partial<Settings>): void;
  pause(): void;
  resume(): void;
  /** One step: of a new run, which then waits, or of the run that waits. */
  step(): void;
  /** Ends the run with its worker and clears its history. */
  reset(): void;
  testNow(): void;
  measure(target: MeasureTarget): void;
  cancelMeasure(): void;
  inspectDataSet(): void;
  /** Looks into files that a person brought, and chooses their data set; what was good before stays until these are. */
  bringFiles(kind: OwnDataSet, files: readonly OwnFile[]): void;
  /** Files that could not even be handed over. */
  refuseFiles(kind: OwnDataSet, error: RunError): void;
  cancelOwnData(): void;
  /** Shows what a run with the settings as they are would train on. */
  lookAtData(): void;
  closeLook(): void;
  showCell(trueClass: number, predictedClass: number): void;
  closeCell(): void;
  /** A file of the run's network, or of the network before any training. Rejects with the reason in words. */
  requestFile(content: FileOrder["content"], weights: FileOrder["weights"]): Promise<DeliveredFile>;
  /** What was started or resumed and waits for another tab is given up. */
  stopWaiting(): void;
  /** Starts or resumes it although another tab trains, which pauses. */
  takeOver(): void;
  setView(change: Partial<ViewState>): void;
  /** Asks the network at once for everything that is waited for. */
  tryAgain(): void;
  /** What the worker says. The composition root connects the client with this. */
  receive(event: WorkerEvent): void;
}

export interface Playground {
  readonly store: StoreApi<PlaygroundState>;
  /** For whoever else computes on this page. */
  readonly machine: Machine;
  readonly actions: PlaygroundActions;
}

/** A rate being typed passes through others ("0.003" through "0.0"): a run gets it when the typing rests. */
const RATE_DELAY_MS = 600;

/**
 * `connect` gets the receiver of events and returns the client that will call it.
 * @param locks those that the browser's tabs share, where it has any.
 */
export function createPlayground(
  connect: (onEvent: (event: WorkerEvent) => void) => RunClient,
  locks?: Locks,
): Playground {
  const store = createStore<PlaygroundState>(() => ({
    settings: initialSettings(),
    run: noRun(),
    evaluation: noEvaluation(),
    dataSet: { description: null, error: null, requestId: null },
    ownData: noOwnData(),
    dataLook: NO_LOOK,
    measurements: noMeasurements(),
    savedModel: null,
    machine: FREE_MACHINE,
    view: initialView(),
  }));
  const { getState: get, setState: set } = store;
  const client = connect((event) => actions.receive(event));

  const machine = createMachine(locks, (state) => set({ machine: state }));
  machine.join("run", {
    isUsing: () => usesMachine(get().run),
    pause: () => actions.pause(),
    cancel: () => actions.reset(),
  });
  machine.join("measurement", {
    isUsing: () => get().measurements.pending !== null,
    pause: () => actions.cancelMeasure(),
    cancel: () => actions.cancelMeasure(),
  });
  store.subscribe(machine.settle);

  const files = createFileRequests();
  let rateTimer: ReturnType<typeof setTimeout> | undefined;

  function start(paused: boolean): void {
    if (blockedReason(get()) === null) machine.ask("run", () => startNow(paused));
  }

  function startNow(paused: boolean): void {
    // What was asked for may have waited, and settings change meanwhile.
    if (blockedReason(get()) !== null) return;
    const { values: settings, recipeId } = get().settings;
    const runId = client.start(settings, { paused, ownFiles: ownFilesOf(get(), settings) });
    set({
      run: { ...startedRun(runId, settings), recipeId },
      evaluation: noEvaluation(),
      measurements: { ...get().measurements, error: null },
    });
    // What could not be read before may be there now, and its class names are needed.
    if (get().dataSet.error !== null) actions.inspectDataSet();
  }

  /** Sends a run that waits on its way; it may be gone by the time that it may. */
  function goOn(request: "resume" | "step"): void {
    machine.ask("run", () => {
      if (!isActive(get().run)) return;
      client[request]();
      set({ run: requested(get().run, request) });
    });
  }

  function setSettings(settings: SettingsState): void {
    const before = get().settings;
    if (settings === before) return;
    set({ settings });
    const { learningRate, dataSet } = settings.values;
    if (learningRate !== before.values.learningRate) {
      clearTimeout(rateTimer);
      rateTimer = setTimeout(sendLearningRate, RATE_DELAY_MS);
    }
    if (dataSet !== before.values.dataSet) actions.inspectDataSet();
  }

  function sendLearningRate(): void {
    const { run, settings } = get();
    const { learningRate } = settings.values;
    if (!isActive(run) || run.settings?.learningRate === learningRate) return;
    client.setLearningRate(learningRate);
    set({ run: withLearningRate(run, learningRate) });
  }

  /** Of what was asked last: whatever else comes late changes nothing. */
  function receiveAnswer(
    event: Exclude<WorkerEvent, { readonly runId: string } | { readonly type: "network.changed" }>,
  ): void {
    const { dataSet, dataLook, ownData, evaluation, measurements } = get();
    const { requestId } = event;
    const isOfDataSet = requestId === dataSet.requestId;
    switch (event.type) {
      case "dataset.described":
        if (isOfDataSet)
          set({ dataSet: { description: event.dataSet, error: null, requestId: null } });
        return;
      case "dataset.failed":
        if (isOfDataSet) set({ dataSet: { ...dataSet, error: event.error, requestId: null } });
        return;
      case "dataset.looked":
        if (requestId === dataLook.requestId) set({ dataLook: { ...dataLook, found: event.look } });
        return;
      case "dataset.lookFailed":
        if (requestId === dataLook.requestId)
          set({ dataLook: { ...dataLook, error: event.error } });
        return;
      case "file.delivered":
      case "file.failed":
        files.receive(event);
        return;
      case "request.superseded":
        set({
          ownData: ownDataAfter(ownData, event),
          evaluation: evaluationAfter(evaluation, event),
          measurements: measurementSuperseded(measurements, requestId),
        });
        // Its worker ended for another reason: the question stands.
        if (isOfDataSet) actions.inspectDataSet();
        return;
      default:
        set({ ownData: ownDataAfter(ownData, event) });
        if (event.type === "ownData.described") takeOwnData(ownData.reading, requestId);
    }
  }

  function takeOwnData(reading: OwnDataState["reading"], requestId: string): void {
    if (reading === null || reading.requestId !== requestId) return;
    // A speed measured on the files before says nothing about these.
    set({ measurements: noMeasurements() });
    setSettings(withValue(get().settings, "dataSet", reading.kind));
    actions.inspectDataSet();
  }

  const actions: PlaygroundActions = {
    setText: (key, text) => setSettings(withText(get().settings, key, text)),
    setValue: (key, value) => setSettings(withValue(get().settings, key, value)),
    resetSetting: (key) => setSettings(asInRecipe(get().settings, key)),
    chooseRecipe: (recipeId) => setSettings(recipeSettings(recipeId)),
    openLink(search) {
      const { tab, recipeId, values, problems } = decodeLink(search);
      actions.setView({ tab });
      setSettings({ recipeId, values, drafts: {}, linkProblems: problems });
    },
    dismissLinkProblems: () => set({ settings: { ...get().settings, linkProblems: [] } }),
    train: () => start(false),
    trainWith(changes) {
      setSettings(withValues(get().settings, changes));
      start(false);
    },
    pause() {
      machine.withdraw("run");
      client.pause();
      set({ run: requested(get().run, "pause") });
    },
    resume: () => goOn("resume"),
    step() {
      const { run } = get();
      if (!isActive(run)) start(true);
      else if (run.paused) goOn("step");
    },
    reset() {
      machine.withdraw("run");
      client.reset();
      set({ run: noRun(), evaluation: noEvaluation() });
    },
    testNow() {
      machine.ask("run", () => {
        if (get().run.runId === null) return;
        client.test();
        set({ run: testRequested(get().run) });
      });
    },
    measure(target) {
      if (measureBlocked(get()) !== null) return;
      machine.ask("measurement", () => {
        const { settings, measurements } = get();
        const subject = target === "twin" ? twinSettings(settings.values) : settings.values;
        if (blockedReason(get()) !== null) return;
        const id = client.measure(subject, ownFilesOf(get(), subject));
        set({ measurements: measuring(measurements, id, subject, target) });
      });
    },
    cancelMeasure() {
      machine.withdraw("measurement");
      client.cancelMeasure();
      set({ measurements: measurementCancelled(get().measurements) });
    },
    inspectDataSet() {
      const { dataSet } = get().settings.values;
      if (!isOwnDataSet(dataSet)) {
        const requestId = client.inspectDataSet(dataSet);
        set({ dataSet: { ...get().dataSet, requestId } });
      } else {
        const description = get().ownData.chosen[dataSet]?.description ?? null;
        set({ dataSet: { description, error: null, requestId: null } });
      }
    },
    bringFiles(kind, files) {
      const requestId = client.inspectOwnData(kind, files, get().settings.values);
      set({ ownData: readingOwnData(get().ownData, requestId, kind, files) });
    },
    refuseFiles: (kind, error) => set({ ownData: ownDataProblem(get().ownData, kind, error) }),
    cancelOwnData() {
      client.cancelOwnData();
      set({ ownData: ownDataCancelled(get().ownData) });
    },
    lookAtData() {
      const settings = get().settings.values;
      const requestId = client.lookAtData(settings, ownFilesOf(get(), settings));
      set({ dataLook: { ...NO_LOOK, open: true, requestId } });
    },
    closeLook() {
      client.cancelLook();
      set({ dataLook: NO_LOOK });
    },
    showCell(trueClass, predictedClass) {
      const cell = cellOf(get().evaluation, trueClass, predictedClass);
      const requestId = cell && cell.indices.length > 0 ? client.requestImages(cell.indices) : null;
      set({ evaluation: { ...get().evaluation, cell: cell && { ...cell, requestId } } });
    },
    closeCell: () => set({ evaluation: { ...get().evaluation, cell: null } }),
    async requestFile(content, weights) {
      const { run, settings } = get();
      const { runId } = run;
      const recipe = run.recipeId ?? settings.recipeId;
      const order = { content, weights, recipe, settings: settings.values };
      const file = await files.answerTo(client.requestFile(order));
      const { progress } = get().run;
      if (content !== "predictions" && runId !== null && runId === get().run.runId)
        set({ savedModel: { runId, step: progress?.step ?? 0 } });
      return file;
    },
    stopWaiting: () => machine.withdraw(),
    takeOver: () => machine.takeOver(),
    setView: (change) => set({ view: { ...get().view, ...change } }),
    tryAgain: () => network.tryAgain(),
    receive(event) {
      const { run, measurements } = get();
      // What the network is waited for is the client's to hear (core/network.ts).
      if (event.type === "network.changed") return;
      if (!("runId" in event)) receiveAnswer(event);
      else if (event.runId === run.runId) {
        const measuredHere = event.type === "speed.measured" && run.settings ? run.settings : null;
        set({
          run: runAfter(run, event),
          evaluation: evaluationAfter(get().evaluation, event),
          ...(measuredHere && event.type === "speed.measured"
            ? { measurements: withSpeed(measurements, measuredHere, event) }
            : {}),
        });
      } else if (event.type === "speed.measured") {
        set({ measurements: measured(measurements, event.runId, event) });
      } else if (event.type === "run.failed") {
        set({ measurements: measurementFailed(measurements, event.runId, event.error) });
      }
    },
  };
  return { store, machine, actions };
}

/** Why nothing can be measured now, in a sentence; `null` when it can. */
export function measureBlocked(
  state: Pick<PlaygroundState, "settings" | "ownData" | "machine">,
): string | null {
  return machineRefusal(state.machine, "measurement") ?? blockedReason(state);
}

/** Why Train cannot be pressed, in a sentence; `null` when it can. */
export function blockedReason(state: Pick<PlaygroundState, "settings" | "ownData">): string | null {
  const invalid = invalidFields(state.settings);
  if (invalid.length > 0) return `Correct ${invalid.join(", ")} first.`;
  const network = networkOf(state.settings.values);
  if (!network.ok) return network.message;
  if (network.untrainable !== null) return network.untrainable;
  const { dataSet } = state.settings.values;
  if (isOwnDataSet(dataSet) && state.ownData.chosen[dataSet] === undefined)
    return "Choose the files of the data set first.";
  return null;
}

/** The files that a data set is made of, where it is made of any. */
export function ownFilesOf(
  { ownData }: PlaygroundState,
  { dataSet }: Settings,
): readonly OwnFile[] {
  return isOwnDataSet(dataSet) ? (ownData.chosen[dataSet]?.files ?? []) : [];
}

/** What the run's images are, and the chosen data set's where there is no run. */
export function shownDataSet({
  run,
  dataSet,
}: Pick<PlaygroundState, "run" | "dataSet">): DataSetDescription | null {
  return run.prepared?.dataSet ?? dataSet.description;
}
