/**
 * The page's state: one slice for each concern, with its pure functions in a separate file, and the actions that connect them
 * with the worker. It uses Zustand's vanilla core, so that it runs and is tested without React.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { CheckpointSummary } from "../checkpoint/checkpoint.ts";
import type { FileOrder, RunClient } from "../client/runClient.ts";
import type { EvaluatedPart } from "../core/classified.ts";
import type { DataSetDescription } from "../core/dataSet.ts";
import type { SerializedError } from "../core/errors.ts";
import type { GivenPicture } from "../core/givenPicture.ts";
import { network } from "../core/network.ts";
import type { OwnFile } from "../core/ownFile.ts";
import { withShares } from "../core/ownSplit.ts";
import type { ChosenWeightsOrder } from "../protocol/commands.ts";
import type { DataLook } from "../protocol/dataLook.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { isOwnDataSet, type OwnDataSet } from "../settings/ownData.ts";
import type { OpenedName, SettingKey, Settings } from "../settings/settings.ts";
import { isSteered, steeredWith, steeredWords } from "../settings/steering.ts";
import {
  type KeptFilesActions,
  noOwnData,
  type OwnDataState,
  ownDataAfter,
  ownDataCancelled,
  ownDataProblem,
  readingOwnData,
} from "./data/ownData.ts";
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
  type ClassifiedByRun,
  createClassRequests,
  createFileRequests,
  createPictureRequests,
  type DeliveredFile,
  RUN_GONE,
} from "./requests.ts";
import { type EvaluationState, evaluationAfter, noEvaluation } from "./run/evaluationState.ts";
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
  type RunState,
  requested,
  runAfter,
  startedRun,
  testRequested,
  usesMachine,
  withSteered,
} from "./run/runState.ts";
import { allFrozen, twinSettings, whyUntrainable } from "./settings/derived.ts";
import { noHistory, redone, remembered, type SettingsHistory, undone } from "./settings/history.ts";
import type { LinkContent } from "./settings/link.ts";
import {
  asInRecipe,
  dataSetLocked,
  differingKeys,
  initialSettings,
  invalidFields,
  recipeSettings,
  restoredSettings,
  type SettingsState,
  withinLocks,
  withText,
  withValue,
  withValues,
} from "./settings/settingsState.ts";

export interface DataSetState {
  readonly description: DataSetDescription | null;
  readonly error: SerializedError | null;
  /** The id of the pending request. An answer to an older one changes nothing. */
  readonly requestId: string | null;
}

/** The state of a look at the data: whether it is open, its result, or its error. */
export interface DataLookState {
  readonly open: boolean;
  readonly found: DataLook | null;
  readonly error: SerializedError | null;
  readonly requestId: string | null;
}

const NO_LOOK: DataLookState = { open: false, found: null, error: null, requestId: null };

/** A recorded run, an opened model, or a file of weights, from which another run starts. */
export interface ChosenRun {
  readonly title: string;
  /** Where the weights are: kept of the run with this id, or these of an opened model or of a file of weights, keyed by path. */
  readonly from:
    | { readonly runId: string }
    | { readonly network: OpenedName; readonly weights: ReadonlyMap<string, Float32Array> }
    | { readonly weights: ReadonlyMap<string, Float32Array> };
  readonly settings: Settings;
  /** The number of classes in its data. */
  readonly numClasses: number;
  /** The names of its outputs, where the file of an opened model has them. */
  readonly classes?: readonly string[] | undefined;
}

export interface PlaygroundState {
  readonly settings: SettingsState;
  readonly history: SettingsHistory;
  readonly run: RunState;
  readonly evaluation: EvaluationState;
  readonly dataSet: DataSetState;
  readonly ownData: OwnDataState;
  readonly dataLook: DataLookState;
  readonly measurements: MeasurementsState;
  /** The weights that runs start from whose base is "chosen"; `null` when there are none. */
  readonly chosenWeights: ChosenRun | null;
  /** The run whose weights were last written to a file, and its number of steps at that time. */
  readonly savedModel: { readonly runId: string; readonly step: number } | null;
  /** Which part of the page computes, and which one waits for it to end. */
  readonly machine: MachineState;
  readonly view: ViewState;
}

export interface PlaygroundActions extends KeptFilesActions {
  setText(key: SettingKey, text: string): void;
  setValue<K extends SettingKey>(key: K, value: Settings[K]): void;
  /** Sets several settings at once, which are one change to take back. */
  setValues(changes: Partial<Settings>): void;
  resetSetting(key: SettingKey): void;
  chooseRecipe(recipeId: string): void;
  /** Takes back the newest change of the settings. */
  undo(): void;
  /** Makes the change again that was taken back last. */
  redo(): void;
  /** Takes the settings of an earlier run. A recipe that this program does not have counts as the current one. */
  restoreSettings(recipeId: string, values: Settings): void;
  /** Takes the weights and the settings of a recorded run, from which the next run starts. */
  continueFrom(recipeId: string, run: ChosenRun): void;
  /** Takes what a link says. `settings.linkProblems` lists the invalid parts. */
  openLink(content: LinkContent): void;
  /** Says why nothing of a link could be used. */
  refuseLink(reason: string): void;
  dismissLinkProblems(): void;
  train(): void;
  /**
   * Goes on with a run whose checkpoint is in the browser's storage.
   * @param takesOver takes it and the machine from a tab that does not answer
   */
  goOnWith(checkpoint: CheckpointSummary, takesOver?: boolean): void;
  /** Asks the run for a checkpoint now. */
  keepRun(): void;
  /** Trains with these settings changed. */
  trainWith(changes: Partial<Settings>): void;
  pause(): void;
  resume(): void;
  /** Takes one step: of a new run, which then pauses, or of the paused run. */
  step(): void;
  /** Ends the run together with its worker and clears its history. */
  reset(): void;
  testNow(): void;
  measure(target: MeasureTarget): void;
  cancelMeasure(): void;
  inspectDataSet(): void;
  /** Inspects files that a person brought, and selects their data set. The previous good files stay until these are good. */
  bringFiles(kind: OwnDataSet, files: readonly OwnFile[]): void;
  /** Reports files that could not even be passed on. */
  refuseFiles(kind: OwnDataSet, error: SerializedError): void;
  cancelOwnData(): void;
  /** Shows what a run with the current settings would train on. */
  lookAtData(): void;
  closeLook(): void;
  /**
   * Requests pixels of evaluated images of a run, by their places in the order of evaluation. Rejects with the reason in words.
   */
  requestPictures(
    runId: string | null,
    of: EvaluatedPart,
    places: readonly number[],
  ): Promise<Uint8Array>;
  /** Has the run classify a picture. Rejects with the reason in words. */
  classifyPicture(picture: GivenPicture): Promise<ClassifiedByRun>;
  /** Requests a file of the run's network, or of the untrained network. Rejects with the reason in words. */
  requestFile(content: FileOrder["content"], weights: FileOrder["weights"]): Promise<DeliveredFile>;
  /** Cancels what was started or resumed and waits for another tab. */
  stopWaiting(): void;
  /** Starts or resumes it although another tab trains; that tab pauses. */
  takeOver(): void;
  setView(change: Partial<ViewState>): void;
  /** Retries all pending network requests at once. */
  tryAgain(): void;
  /** Handles a worker's event. The composition root connects the client with this. */
  receive(event: WorkerEvent): void;
}

export interface Playground {
  readonly store: StoreApi<PlaygroundState>;
  /** For other parties that compute on this page. */
  readonly machine: Machine;
  readonly actions: PlaygroundActions;
}

/** A rate being typed passes through other values ("0.003" through "0.0"). A run is told after a pause in typing (debounce). */
const STEER_DELAY_MS = 600;

/**
 * `connect` gets the receiver of events and returns the client that will call it.
 * @param locks the locks that the browser's tabs share, if it has any.
 */
export function createPlayground(
  connect: (onEvent: (event: WorkerEvent) => void) => RunClient,
  locks?: Locks,
): Playground {
  const store = createStore<PlaygroundState>(() => ({
    settings: initialSettings(),
    history: noHistory(),
    run: noRun(),
    evaluation: noEvaluation(),
    dataSet: { description: null, error: null, requestId: null },
    ownData: noOwnData(),
    dataLook: NO_LOOK,
    measurements: noMeasurements(),
    chosenWeights: null,
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
  const pictures = createPictureRequests();
  const classes = createClassRequests();
  let steerTimer: ReturnType<typeof setTimeout> | undefined;
  /** Why the newest checkpoint could not be kept; `null` when it was kept. */
  let unkept: string | null = null;
  /** The settings changed since the run was last told. */
  const toSteer = new Set<SettingKey>();

  /** @param resumes the id of the run to go on with */
  function start(paused: boolean, resumes?: string, takesOver?: boolean): void {
    if (startBlocked(resumes) === null)
      machine.ask("run", () => startNow(paused, resumes, takesOver), takesOver);
  }

  /** A run that goes on has its weights in its checkpoint. */
  function startBlocked(resumes: string | undefined): string | null {
    return resumes === undefined ? blockedReason(get()) : settingsBlocked(get());
  }

  function startNow(paused: boolean, resumes?: string, takesOver?: boolean): void {
    // The request may have waited, and the settings may have changed meanwhile.
    if (startBlocked(resumes) !== null) return;
    const { values: settings, recipeId } = get().settings;
    const ownFiles = ownFilesOf(get(), settings);
    const options = { paused, ownFiles, recipe: recipeId, resumes, takesOver };
    const runId = client.start(settings, { ...options, chosenWeights: chosenBy(get(), settings) });
    set({
      view: { ...get().view, found: null },
      run: { ...startedRun(runId, settings), recipeId },
      evaluation: noEvaluation(),
      measurements: { ...get().measurements, error: null },
    });
    // Retries a data set that could not be read before, because its class names are needed.
    if (get().dataSet.error !== null) actions.inspectDataSet();
  }

  /** Resumes a paused run. The run may be gone by the time it gets the machine. */
  function goOn(request: "resume" | "step"): void {
    machine.ask("run", () => {
      if (!isActive(get().run)) return;
      client[request]();
      set({ run: requested(get().run, request) });
    });
  }

  /** Says once why checkpoints are not kept, until they are kept again. */
  function sayUnkept(words: string | null): void {
    if (words !== unkept) actions.setView({ checkpointsNotKept: words });
    unkept = words;
  }

  /** Sets all but what is locked, and remembers how it was. */
  function setSettings(settings: SettingsState): void {
    const before = get().settings;
    if (settings === before) return;
    const after = withinLocks(before, settings);
    set({ history: remembered(get().history, before, after, Date.now()) });
    replaceSettings(after);
  }

  function move(step: ReturnType<typeof undone>): void {
    if (step === null) return;
    set({ history: step.history });
    replaceSettings(withinLocks(get().settings, step.settings));
  }

  function replaceSettings(settings: SettingsState): void {
    const before = get().settings;
    set({ settings });
    const { dataSet } = settings.values;
    const changed = differingKeys(before.values, settings.values);
    // Another recipe, or one structural change among them, is meant for another run.
    if (settings.recipeId === before.recipeId && changed.length > 0 && changed.every(isSteered)) {
      for (const key of changed) toSteer.add(key);
      clearTimeout(steerTimer);
      steerTimer = setTimeout(steer, STEER_DELAY_MS);
    }
    const isDivided = changed.some((key) => key === "ownValidationShare" || key === "ownTestShare");
    if (dataSet !== before.values.dataSet || (isDivided && isOwnDataSet(dataSet)))
      actions.inspectDataSet();
  }

  function steer(): void {
    const { run, settings } = get();
    const keys = new Set(toSteer);
    toSteer.clear();
    if (!isActive(run) || run.settings === null) return;
    const steered = steeredWith(run.settings, settings.values, keys);
    if (steeredWords(run.settings, steered) === "" || allFrozen(settings.values) !== null) return;
    client.steer(steered);
    set({ run: withSteered(run, steered) });
  }

  /** Handles only the answer to the newest request; late answers change nothing. */
  function receiveAnswer(
    event: Exclude<WorkerEvent, { readonly runId: string } | { readonly type: "network.changed" }>,
  ): void {
    const { dataSet, dataLook, ownData, measurements } = get();
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
        pictures.receive(event);
        classes.receive(event);
        set({
          ownData: ownDataAfter(ownData, event),
          measurements: measurementSuperseded(measurements, requestId),
        });
        // Its worker was ended for another reason, so the request is repeated.
        if (isOfDataSet) actions.inspectDataSet();
        return;
      default:
        set({ ownData: ownDataAfter(ownData, event) });
        if (event.type === "ownData.described") takeOwnData(ownData, requestId);
    }
  }

  function takeOwnData({ reading, kept }: OwnDataState, requestId: string): void {
    if (reading === null || reading.requestId !== requestId) return;
    const { kind } = reading;
    if (kept[kind]?.isKept)
      void network
        .untilThere("The kept files", () => import("./data/keptFiles.ts"))
        .then(({ keepFiles }) => keepFiles(kind, undefined, actions));
    // A speed measured on the previous files says nothing about these.
    set({ measurements: noMeasurements() });
    setSettings(withValue(get().settings, "dataSet", reading.kind));
    actions.inspectDataSet();
  }

  const actions: PlaygroundActions = {
    setText: (key, text) => setSettings(withText(get().settings, key, text)),
    setValue: (key, value) => setSettings(withValue(get().settings, key, value)),
    resetSetting: (key) => setSettings(asInRecipe(get().settings, key)),
    undo: () => move(undone(get().history, get().settings)),
    redo: () => move(redone(get().history, get().settings)),
    chooseRecipe: (recipeId) => setSettings(recipeSettings(recipeId)),
    restoreSettings: (id, values) => setSettings(restoredSettings(get().settings, id, values)),
    continueFrom(recipeId, run) {
      set({ chosenWeights: run });
      const values: Settings = { ...run.settings, base: "chosen" };
      setSettings(restoredSettings(get().settings, recipeId, values));
    },
    openLink({ tab, dialog, recipeId, values, restrictions, problems }) {
      set({ history: noHistory() });
      replaceSettings({ recipeId, values, drafts: {}, linkProblems: problems, restrictions });
      actions.setView({ tab, askedDialog: dialog, helpIsOpen: dialog === "help" });
      if (dialog === "look") actions.lookAtData();
    },
    refuseLink: (reason) =>
      set({
        settings: { ...get().settings, linkProblems: [{ parameter: "", text: "", reason }] },
      }),
    dismissLinkProblems: () => set({ settings: { ...get().settings, linkProblems: [] } }),
    setValues: (changes) => setSettings(withValues(get().settings, changes)),
    train: () => start(false),
    goOnWith({ recipe, runId, lanes: [lane] }, takesOver) {
      if (lane === undefined) return;
      actions.restoreSettings(recipe, lane.settings);
      start(false, runId, takesOver);
    },
    keepRun: () => client.keep(),
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
        const chosen = get().ownData.chosen[dataSet];
        const description = chosen ? withShares(chosen.description, get().settings.values) : null;
        set({ dataSet: { description, error: null, requestId: null } });
      }
    },
    bringFiles(kind, files) {
      const { values, restrictions } = get().settings;
      if (values.dataSet !== kind && restrictions.locked.includes("dataSet")) {
        actions.refuseFiles(kind, dataSetLocked(values.dataSet));
        return;
      }
      const requestId = client.inspectOwnData(kind, files, get().settings.values);
      set({ ownData: readingOwnData(get().ownData, requestId, kind, files) });
    },
    refuseFiles: (kind, error) => set({ ownData: ownDataProblem(get().ownData, kind, error) }),
    restoreFiles(kind, kept) {
      const { ownData, settings } = get();
      if (ownData.chosen[kind] !== undefined) return false;
      set({ ownData: { ...ownData, chosen: { ...ownData.chosen, [kind]: kept } } });
      actions.setKeptFiles(kind, { isKept: true, problem: null });
      if (settings.values.dataSet === kind) actions.inspectDataSet();
      return true;
    },
    setKeptFiles(kind, kept) {
      const { ownData } = get();
      set({ ownData: { ...ownData, kept: { ...ownData.kept, [kind]: kept } } });
    },
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
    async requestPictures(runId, of, places) {
      if (get().run.runId !== runId) throw new Error(RUN_GONE);
      return pictures.answerTo(client.requestImages(of, places));
    },
    classifyPicture: (picture) => classes.answerTo(client.classifyPicture(picture)),
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
      // The client already handles this event, which says what downloads wait for (`core/network.ts`).
      if (event.type === "network.changed") return;
      if (event.type === "picture.classified" || event.type === "images.failed")
        classes.receive(event);
      if (event.type === "images.delivered" || event.type === "images.failed")
        pictures.receive(event);
      if (!("runId" in event)) receiveAnswer(event);
      else if (event.runId === run.runId) {
        if (event.type === "checkpoint.failed") sayUnkept(event.error.message);
        if (event.type === "checkpoint.kept") sayUnkept(null);
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

/** Returns why nothing can be measured now, in a sentence; `null` when it can. */
export function measureBlocked(state: Blocking & Pick<PlaygroundState, "machine">): string | null {
  return machineRefusal(state.machine, "measurement") ?? blockedReason(state);
}

type Blocking = Pick<PlaygroundState, "settings" | "ownData" | "chosenWeights">;

/** Returns why Train cannot be pressed, in a sentence; `null` when it can. */
export function blockedReason(state: Blocking): string | null {
  const blocked = settingsBlocked(state);
  if (blocked !== null) return blocked;
  return state.settings.values.base === "chosen" && state.chosenWeights === null
    ? "Base weights: choose a run in Runs and press Continue with its weights there, or open a model."
    : null;
}

function settingsBlocked(state: Omit<Blocking, "chosenWeights">): string | null {
  const invalid = invalidFields(state.settings);
  if (invalid.length > 0) return `Correct ${invalid.join(", ")} first.`;
  const untrainable = whyUntrainable(state.settings.values);
  if (untrainable !== null) return untrainable;
  const { dataSet } = state.settings.values;
  if (isOwnDataSet(dataSet) && state.ownData.chosen[dataSet] === undefined)
    return "Choose the files of the data set first.";
  return null;
}

/** Returns the weights that a run with these settings starts from, as an order for the worker. */
export function chosenBy(
  { chosenWeights }: Pick<PlaygroundState, "chosenWeights">,
  { base }: Settings,
): ChosenWeightsOrder | undefined {
  if (base !== "chosen" || chosenWeights === null) return undefined;
  const { from, title, settings } = chosenWeights;
  return "runId" in from || "network" in from ? { ...from, title } : { ...from, title, settings };
}

/** Returns the files of a data set that is made from a person's own files. */
export function ownFilesOf(
  { ownData }: Pick<PlaygroundState, "ownData">,
  { dataSet }: Settings,
): readonly OwnFile[] {
  return isOwnDataSet(dataSet) ? (ownData.chosen[dataSet]?.files ?? []) : [];
}

/** Returns the checksum of these files together; undefined for another data set. */
export function ownChecksumOf(
  { ownData }: Pick<PlaygroundState, "ownData">,
  { dataSet }: Settings,
): string | undefined {
  return isOwnDataSet(dataSet) ? ownData.chosen[dataSet]?.description.own?.checksum : undefined;
}

/** Describes the run's images, or the chosen data set's when there is no run. */
export function shownDataSet({
  run,
  dataSet,
}: Pick<PlaygroundState, "run" | "dataSet">): DataSetDescription | null {
  return run.prepared?.dataSet ?? dataSet.description;
}
