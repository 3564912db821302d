/**
 * A race: several networks train on the same batches, taking turns step by step, each with its own executor and clock. Each
 * lane emits the events of a run under its own id. Events that concern all lanes (loading, pauses, the end) carry the race's
 * id. When a lane fails, it says so and the others continue.
 */
import { serializeError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import type { RestorableExecutor } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { requireSameBatches } from "../../settings/sameBatches.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "../data/runData.ts";
import { sameEngine } from "../engine/sameEngine.ts";
import { attendedData } from "./attendedData.ts";
import type { Budget } from "./budget.ts";
import { deliverImages } from "./deliverImages.ts";
import {
  openEngine,
  openImages,
  type PreparedNetwork,
  prepareNetwork,
  type RunEnvironment,
  startFirstPass,
} from "./prepareRun.ts";
import { createRaceLane, type RaceLane } from "./raceLane.ts";
import { requireRoom } from "./raceMemory.ts";
import { refusals } from "./refusals.ts";
import type { Gate } from "./runControl.ts";
import { learningRateAt } from "./schedules.ts";
import { firstPlace, trainLanes } from "./trainLanes.ts";

/** The number of validations in a race: the time to an accuracy is known to a twentieth of the race. */
const VALIDATIONS = 20;

export interface LaneSettings {
  readonly runId: string;
  /** The settings as the person set them. */
  readonly settings: Settings;
}

export interface RaceOptions extends Omit<RunEnvironment, "settings"> {
  readonly lanes: readonly LaneSettings[];
  readonly gate: Gate;
  /** The maximum memory of all networks together. */
  readonly memoryLimitBytes: number;
}

/**
 * Ends with `run.finished` of the race when at least one lane has finished, otherwise with `run.failed`. The gate still serves
 * images afterwards, when it stays open.
 */
export async function race(options: RaceOptions): Promise<void> {
  const { runId, emit, gate } = options;
  const executors: RestorableExecutor[] = [];
  gate.close(refusals.race());
  try {
    await runRace(options, executors);
  } catch (error) {
    emit({ type: "run.failed", runId, error: serializeError(error), step: 0 });
  } finally {
    for (const executor of executors) executor.dispose();
  }
}

async function runRace(options: RaceOptions, executors: RestorableExecutor[]): Promise<void> {
  const { runId, emit, gate } = options;
  requireSameBatches(options.lanes.map(({ settings }) => settings));
  const data = attendedData(await openImages(options, withLargestInput(options.lanes)), gate);
  const networks = options.lanes.map((lane) =>
    prepareNetwork({ ...options, runId: lane.runId }, lane.settings, data),
  );
  const [first] = networks;
  if (first === undefined) throw new Error("a race without lanes was let in");
  await requireRoom(networks, options.memoryLimitBytes);
  emit(preparedRace(runId, first, data));
  const firstPass = await startFirstPass(options, data);

  emit({ type: "run.phaseChanged", runId, phase: "compiling", detail: "Building the networks" });
  const lanes: RaceLane[] = [];
  const selectEngine = sameEngine(options.selectEngine);
  for (const [index, network] of networks.entries()) {
    const laneId = options.lanes[index]?.runId ?? runId;
    const { executor } = await openEngine({ ...options, selectEngine, runId: laneId }, network);
    executors.push(executor);
    const { settings, budget } = network;
    const rateAt = (step: number) => learningRateAt(settings, budget, step);
    lanes.push(
      createRaceLane({ runId: laneId, emit, settings, executor, data, budget, gate, rateAt }),
    );
  }
  const inTheRace = () => lanes.filter(({ failure }) => failure === undefined);

  gate.open({
    async serve(request) {
      if (request.type === "images") await deliverImages({ runId, emit }, data, request);
      else request.refuse(refusals.race());
    },
    stepsDone: () => greatestOf([0, ...lanes.map(({ stepsDone }) => stepsDone)]),
  });
  emit({ type: "run.phaseChanged", runId, phase: "training", detail: "" });
  await trainLanes({
    lanes: inTheRace,
    settings: () => first.settings,
    data,
    budget: first.budget,
    place: firstPlace(),
    firstPass,
    gate,
    validationAt: validationsOf(first.budget),
  });
  emit({ type: "run.phaseChanged", runId, phase: "testing", detail: "" });
  for (const lane of inTheRace()) {
    await lane.test();
    if (lane.failure === undefined) emit(finished(lane.runId, [lane]));
  }
  const [failed] = lanes;
  emit(
    inTheRace().length > 0 || failed?.failure === undefined
      ? finished(runId, inTheRace())
      : { type: "run.failed", runId, error: failed.failure, step: failed.stepsDone },
  );
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
