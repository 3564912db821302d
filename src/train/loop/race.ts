/**
 * A race: several networks train on the same batches, taking turns step by step, each with its own executor and clock. Each
 * lane emits the events of a run under its own id. Events that concern all lanes (loading, pauses, checkpoints, the end) carry
 * the race's id. When a lane fails, it says so and the others continue. A checkpoint holds all lanes after the same step.
 */
import type { Checkpoint, LaneCheckpoint } from "../../checkpoint/checkpoint.ts";
import { type SerializedError, serializeError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import type { TrainingExecutor } from "../../exec/executor.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";
import { requireSameBatches } from "../../settings/sameBatches.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "../data/runData.ts";
import type { RecoveringExecutor } from "../engine/recoveringExecutor.ts";
import { sameEngine } from "../engine/sameEngine.ts";
import { attendedData } from "./attendedData.ts";
import { type BestWeights, betterOf } from "./bestWeights.ts";
import type { Budget } from "./budget.ts";
import { createCheckpointKeeper, serveKeep } from "./checkpointKeeper.ts";
import { deliverImages } from "./deliverImages.ts";
import {
  openEngine,
  openImages,
  type PreparedNetwork,
  prepareNetwork,
  type RunEnvironment,
  requireSameData,
  startFirstPass,
} from "./prepareRun.ts";
import { createRaceLane, type RaceLane } from "./raceLane.ts";
import { requireRoom } from "./raceMemory.ts";
import { recovering } from "./recovering.ts";
import { refusals } from "./refusals.ts";
import {
  type CheckpointedLane,
  finalWeights,
  type RunCheckpoints,
  runCheckpoint,
} from "./runCheckpoint.ts";
import type { Gate } from "./runControl.ts";
import { createRunHistory, type RunHistory } from "./runHistory.ts";
import { learningRateAt } from "./schedules.ts";
import { type LoopPlace, repeatedBatches, startPlace, trainLanes } from "./trainLanes.ts";

/** The number of validations in a race: the time to an accuracy is known to a twentieth of the race. */
const VALIDATIONS = 20;

export interface LaneSettings {
  readonly runId: string;
  /** The settings as the person set them. */
  readonly settings: Settings;
  /** What a person calls the network. */
  readonly name?: string | undefined;
}

export interface RaceOptions extends Omit<RunEnvironment, "settings"> {
  readonly lanes: readonly LaneSettings[];
  readonly gate: Gate;
  /** The maximum memory of all networks together. */
  readonly memoryLimitBytes: number;
  /** Where the race keeps its checkpoints. Undefined when it keeps none. */
  readonly checkpoints?: RunCheckpoints | undefined;
  /** Milliseconds between two reports of a lane; 0 reports every step. Default: 100. */
  readonly readingIntervalMs?: number;
}

/**
 * Ends with `run.finished` of the race when at least one lane has finished, otherwise with `run.failed`. From the checkpoint of a
 * finished race it repeats the results. The gate still serves
 * images afterwards, when it stays open.
 */
export async function race(options: RaceOptions): Promise<void> {
  const { runId, emit, gate } = options;
  const executors: TrainingExecutor[] = [];
  gate.close(refusals.race());
  try {
    await runRace(options, executors);
  } catch (error) {
    emit({ type: "run.failed", runId, error: serializeError(error), step: 0 });
  } finally {
    for (const executor of executors) executor.dispose();
  }
}

async function runRace(options: RaceOptions, executors: TrainingExecutor[]): Promise<void> {
  const { runId, emit, gate, from, checkpoints, readingIntervalMs } = options;
  const entrants = options.lanes.map((lane, index) => entrantOf(options, lane, index));
  if (from !== undefined) restored(options, from, entrants);
  if (from?.summary.isFinished) {
    repeatEnd(options, from, entrants);
    return;
  }
  requireSameBatches(options.lanes.map(({ settings }) => settings));
  const images = await openImages(options, withLargestInput(options.lanes));
  if (from !== undefined) requireSameData(from, images);
  const data = attendedData(images, gate);
  const networks = entrants.map(({ runId: laneId, settings, tell }) =>
    prepareNetwork({ ...options, runId: laneId, emit: tell }, settings, data),
  );
  const [first] = networks;
  if (first === undefined) throw new Error("a race without lanes was let in");
  await requireRoom(
    networks.filter((_, index) => isInTheRace(entrants[index])),
    options.memoryLimitBytes,
  );
  const { budget } = first;
  emit(preparedRace(runId, first, data));
  const firstPass = await startFirstPass(options, data, from?.cursor);
  const place = startPlace(from && { ...from, step: from.summary.step });

  emit({ type: "run.phaseChanged", runId, phase: "compiling", detail: "Building the networks" });
  const selectEngine = sameEngine(options.selectEngine);
  for (const [index, entrant] of entrants.entries()) {
    const network = networks[index];
    if (network === undefined || !isInTheRace(entrant)) continue;
    const told = { runId: entrant.runId, emit: entrant.tell };
    const opened = await openEngine({ ...options, ...told, selectEngine }, network, entrant.before);
    const executor = recovering({
      ...opened,
      ...told,
      phase: () => entrant.phase,
      batchesSince: (step) => repeatedBatches({ data: images, place }, () => first.settings, step),
    });
    executors.push(executor);
    entrant.executor = executor;
    const { settings } = network;
    entrant.lane = createRaceLane({
      ...told,
      ...{ settings, executor, data, budget: network.budget, gate, readingIntervalMs },
      rateAt: (step) => learningRateAt(settings, network.budget, step),
      ...(entrant.before && { from: { ...entrant.before, step: place.step } }),
      async onValidated(measured) {
        entrant.best = await betterOf(entrant.best, executor, measured);
      },
    });
  }
  const lanes = () => entrants.flatMap(({ lane }) => lane ?? []);
  const inTheRace = () => lanes().filter(({ failure }) => failure === undefined);
  let isFinished = false;

  async function take(): Promise<Checkpoint> {
    const kept: CheckpointedLane[] = [];
    for (const lane of inTheRace()) await lane.report();
    for (const entrant of entrants) kept.push(await checkpointOf(entrant, place, isFinished));
    return runCheckpoint({
      ...{ runId, recipe: checkpoints?.recipe ?? "", totalSteps: budget.totalSteps },
      ...{ isFinished, place, data, changes: [] },
      lanes: kept,
    });
  }

  const stepMs = () => lanes().reduce((sum, lane) => sum + lane.stepMs, 0);
  const keeper =
    checkpoints && createCheckpointKeeper({ ...checkpoints, runId, emit, take, stepMs });
  gate.open({
    async serve(request) {
      if (request.type === "images") await deliverImages({ runId, emit }, data, request);
      else if (request.type !== "keep") request.refuse(refusals.race());
      else if (isFinished) request.refuse(refusals.finished());
      else await serveKeep(keeper, request, gate.closing);
    },
    stepsDone: () => place.step,
  });
  emit({ type: "run.phaseChanged", runId, phase: "training", detail: "" });
  await trainLanes({
    lanes: inTheRace,
    settings: () => first.settings,
    data,
    budget,
    place,
    firstPass,
    gate,
    validationAt: validationsOf(budget),
    onSettled: async () => keeper?.whenDue(),
  });
  emit({ type: "run.phaseChanged", runId, phase: "testing", detail: "" });
  for (const lane of inTheRace()) {
    // A race that was interrupted during the tests goes on with the next one.
    if (lane.measured.test === null) await lane.test();
    if (lane.failure === undefined) emit(finished(lane.runId, [lane]));
  }
  const error = inTheRace().length === 0 ? failureOf(entrants) : undefined;
  if (error !== undefined) {
    emit({ type: "run.failed", runId, error, step: place.step });
    return;
  }
  isFinished = true;
  await keeper?.begin({ mayWait: true });
  if (keeper !== undefined) await gate.during(keeper.written());
  emit(finished(runId, inTheRace()));
}

/** A network that takes part, or that left the race before the checkpoint that the race goes on from. */
interface Entrant extends LaneSettings {
  readonly before: LaneCheckpoint | undefined;
  readonly history: RunHistory;
  /** Emits an event of this network and adds it to its history. */
  readonly tell: (event: WorkerEvent) => void;
  phase: WorkerEventOf<"run.phaseChanged"> | undefined;
  best: BestWeights | null;
  executor?: RecoveringExecutor;
  /** Undefined until the engine is open, and for a network that left the race before. */
  lane?: RaceLane;
}

function entrantOf({ emit, from }: RaceOptions, lane: LaneSettings, index: number): Entrant {
  const before = from?.lanes[index];
  const history = createRunHistory(before?.history);
  const entrant: Entrant = {
    ...lane,
    before,
    history,
    tell(event) {
      if (event.type === "run.phaseChanged") entrant.phase = event;
      history.receive(event);
      emit(event);
    },
    phase: undefined,
    best: before?.best ?? null,
  };
  return entrant;
}

/** Repeats what was reported before the checkpoint: of each network its history, and its failure if it left the race. */
function restored(
  { runId, emit }: RaceOptions,
  { summary: { step, savedAt } }: Checkpoint,
  entrants: readonly Entrant[],
): void {
  for (const id of [runId, ...entrants.map((entrant) => entrant.runId)])
    emit({ type: "run.restored", runId: id, step, savedAt });
  for (const { runId: laneId, history, before } of entrants) {
    history.replay(emit);
    const error = before?.failure;
    if (error) emit({ type: "run.failed", runId: laneId, error, step: stepsOf(before) });
  }
}

/** The end of a race that had finished before the page knew it, as an experiment needs it. */
function repeatEnd(
  { runId, emit }: RaceOptions,
  { lanes }: Checkpoint,
  entrants: readonly Entrant[],
) {
  const inTheRace = entrants
    .filter(isInTheRace)
    .flatMap(({ runId: laneId, before }) =>
      before === undefined
        ? []
        : [{ runId: laneId, step: stepsOf(before), trainMs: before.trainMs }],
    );
  const trainMs = inTheRace.reduce((sum, lane) => sum + lane.trainMs, 0);
  for (const lane of inTheRace) emit({ type: "run.finished", ...lane });
  emit({ type: "run.finished", runId, step: greatestOf([0, ...lanes.map(stepsOf)]), trainMs });
}

function stepsOf({ history: { progress } }: LaneCheckpoint): number {
  return progress?.type === "step.completed" ? progress.step : 0;
}

function isInTheRace(entrant: Entrant | undefined): boolean {
  return (entrant?.before?.failure ?? null) === null;
}

function failureOf(entrants: readonly Entrant[]): SerializedError | undefined {
  const [first] = entrants;
  return first?.lane?.failure ?? first?.before?.failure ?? undefined;
}

async function checkpointOf(
  entrant: Entrant,
  place: LoopPlace,
  isFinished: boolean,
): Promise<CheckpointedLane> {
  const { runId, settings, name, history, lane, executor, before } = entrant;
  const common = { runId, settings, name, history };
  if (lane === undefined || executor === undefined) {
    // It left the race before the checkpoint that the race went on from.
    if (before === undefined) throw new Error("a lane is kept after its engine was opened");
    return { ...common, ...before, history, info: before, memory: before };
  }
  const state = isFinished ? undefined : await lane.attempt(() => executor.readState());
  const weights = () => finalWeights(entrant.best, executor, place.step);
  const best = isFinished ? await lane.attempt(weights) : entrant.best;
  return {
    ...common,
    state: state ?? null,
    info: executor.info,
    best: best ?? entrant.best,
    memory: lane.memory(place.isSettled),
    failure: lane.failure ?? null,
  };
}

/** The number of images in an evaluation batch must suit the largest input of all lanes. */
function withLargestInput(lanes: readonly LaneSettings[]): Settings {
  const [largest] = lanes.toSorted((a, b) => b.settings.inputSize - a.settings.inputSize);
  if (largest === undefined) throw new Error("a race without lanes was let in");
  return largest.settings;
}

function validationsOf({ totalSteps }: Budget): (step: number) => "subset" | "whole" | undefined {
  const interval = Math.ceil(totalSteps / VALIDATIONS);
  return (step) => (step === totalSteps ? "whole" : step % interval === 0 ? "subset" : undefined);
}

function preparedRace(
  runId: string,
  { settings, budget }: PreparedNetwork,
  { numTrain, description }: RunData,
): WorkerEvent {
  const { batchSize } = settings;
  return {
    type: "run.prepared",
    runId,
    stepsPerEpoch: budget.stepsPerEpoch,
    totalSteps: budget.totalSteps,
    numTrain,
    numValidation: budget.validationImages,
    batchSize,
    dataSet: description,
    notes: [],
  };
}

function finished(runId: string, lanes: readonly RaceLane[]): WorkerEvent {
  const step = greatestOf([0, ...lanes.map(({ stepsDone }) => stepsDone)]);
  const trainMs = lanes.reduce((total, lane) => total + lane.trainMs, 0);
  return { type: "run.finished", runId, step, trainMs };
}
