/**
 * Connects training and measuring to the worker's events. The entry loads this file with the first run, so that a visitor who
 * starts no run never downloads it.
 */
import type { Checkpoint, CheckpointSummary } from "../checkpoint/checkpoint.ts";
import { PlaygroundError, serializeError } from "../core/errors.ts";
import { openNetwork } from "../network/networks/opened.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import type { Command } from "../protocol/commands.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { type ChosenWeights, readBase } from "../train/data/baseWeights.ts";
import { classifyPicture } from "../train/data/classifyPicture.ts";
import { openRunData } from "../train/data/openRunData.ts";
import { measureRun } from "../train/engine/measureRun.ts";
import { selectEngine } from "../train/engine/selectEngine.ts";
import type { LentNetwork } from "../train/loop/lentNetwork.ts";
import type { RunEnvironment } from "../train/loop/prepareRun.ts";
import { createProgressThrottle } from "../train/loop/progressThrottle.ts";
import { race } from "../train/loop/race.ts";
import { reopenRun } from "../train/loop/reopenedRun.ts";
import { type RunOptions, run } from "../train/loop/run.ts";
import type { Gate } from "../train/loop/runControl.ts";
import { unkept } from "../train/loop/unkept.ts";
import {
  checkpointToResume,
  type HeldCheckpoints,
  keptCheckpoint,
  openCheckpoints,
  readChosenWeights,
} from "./keptRun.ts";
import { offerTakeover } from "./takenOver.ts";

type CommandOf<T extends Command["type"]> = Extract<Command, { type: T }>;
type Emit = (event: WorkerEvent) => void;

const GIBIBYTE = 2 ** 30;

export function openModel({ title, graph }: CommandOf<"network.open">): void {
  openNetwork(title, graph);
}

/** Ends with `run.finished` or `run.failed`. */
export async function startRun(
  command: CommandOf<"run.start">,
  emit: Emit,
  control: Pick<RunOptions, "gate" | "steered">,
): Promise<void> {
  const kept = await openKept(command, emit);
  const { runId } = command;
  const settings = kept.from?.summary.lanes[0]?.settings ?? command.settings;
  const chosenWeights = await chosenWeightsOf(command, kept.from);
  const heard = takeable(command, [{ runId, settings }], kept.checkpoints, control.gate, emit);
  return run({ ...environment(command, heard), settings, ...control, ...kept, chosenWeights });
}

/** Returns the receiver of the run's events. A run without checkpoints cannot be taken over. */
function takeable(
  { runId, recipe }: CommandOf<"run.start" | "race.start">,
  lanes: CheckpointSummary["lanes"],
  checkpoints: HeldCheckpoints | undefined,
  gate: Gate,
  emit: Emit,
): Emit {
  return checkpoints === undefined
    ? emit
    : offerTakeover({ runId, recipe, lanes }, checkpoints, gate, emit);
}

/** What goes on from a checkpoint starts from no other weights. */
async function chosenWeightsOf(
  { chosenWeights }: Pick<CommandOf<"run.start">, "chosenWeights">,
  from: Checkpoint | undefined,
): Promise<ChosenWeights | undefined> {
  return chosenWeights && from === undefined ? readChosenWeights(chosenWeights) : undefined;
}

/** Ends like a run when it fails. Otherwise it serves requests until the worker ends. */
export async function reopen(
  command: CommandOf<"run.reopen">,
  emit: Emit,
  gate: Gate,
): Promise<void> {
  const { trained, part } = command;
  const checkpoint = await keptCheckpoint(trained);
  return reopenRun({ ...environment(command, emit), checkpoint, trained, part, gate });
}

/** Ends like a run, after every network has ended. Delivers images until the worker ends. */
export async function startRace(
  command: CommandOf<"race.start">,
  emit: Emit,
  gate: Gate,
): Promise<void> {
  const kept = await openKept(command, emit);
  const lanes = kept.from?.summary.lanes ?? command.lanes;
  const chosenWeights = await chosenWeightsOf(command, kept.from);
  const heard = takeable(command, lanes, kept.checkpoints, gate, emit);
  const options = { ...environment(command, heard), lanes, gate, ...kept, chosenWeights };
  await race({ ...options, memoryLimitBytes: memoryLimit() });
  await gate.stayOpen();
}

/**
 * Opens the place of the checkpoints, and reads the newest one when the command says so. A run that starts goes on without such a
 * place, and says why.
 * @throws PlaygroundError `checkpoint.unusable` when there is nothing to go on from
 */
async function openKept(
  { type, runId, recipe, resumes, takesOver }: CommandOf<"run.start" | "race.start">,
  emit: Emit,
): Promise<{ readonly checkpoints?: HeldCheckpoints; readonly from?: Checkpoint }> {
  try {
    const checkpoints = await openCheckpoints(runId, recipe, takesOver);
    if (!resumes) return { checkpoints };
    return { checkpoints, from: await checkpointToResume(checkpoints, type === "race.start") };
  } catch (error) {
    if (resumes) throw error;
    emit({ type: "checkpoint.failed", runId, step: 0, error: serializeError(unkept(error)) });
    return {};
  }
}

/** Ends with `picture.classified` or `images.failed`. The network is that of a run, lent between two steps. */
export async function classify(
  { runId, requestId, ...picture }: CommandOf<"picture.classify">,
  emit: Emit,
  { settings, data, step, executor }: LentNetwork,
): Promise<void> {
  try {
    const predict = executor.predict?.bind(executor);
    if (predict === undefined) {
      throw new PlaygroundError({
        code: "file.unavailable",
        where: "Classify a picture",
        rule: "the run failed, and only its weights are kept",
        remedy: "Export the stand-alone page, which classifies with them, or train again.",
      });
    }
    const graph = buildNetwork(settings);
    const network = { settings, graph, images: data.description, predict };
    const classified = await classifyPicture(picture, network);
    emit({ type: "picture.classified", runId, requestId, step, ...classified });
  } catch (error) {
    emit({ type: "images.failed", runId, requestId, error: serializeError(error) });
  }
}

/** Ends with `speed.measured` or `run.failed`. */
export function startMeasurement(command: CommandOf<"run.measure">, emit: Emit): Promise<void> {
  const { settings } = command;
  // The time of a step does not depend on the weights.
  const base = settings.base === "chosen" ? "none" : settings.base;
  return measureRun({ ...environment(command, emit), settings: { ...settings, base } });
}

/**
 * Returns the memory that all networks of a race may take: three quarters of what the browser reports, or 4 GiB when it reports
 * nothing.
 */
function memoryLimit(): number {
  const told: unknown = "deviceMemory" in navigator ? navigator.deviceMemory : undefined;
  return typeof told === "number" ? told * 0.75 * GIBIBYTE : 4 * GIBIBYTE;
}

function environment(
  {
    runId,
    dataUrl,
    ownFiles,
  }: CommandOf<"run.start" | "run.reopen" | "race.start" | "run.measure">,
  emit: Emit,
): Omit<RunEnvironment, "settings"> {
  const reportProgress = createProgressThrottle((progress) =>
    emit({ type: "data.progressed", runId, ...progress }),
  );
  return {
    runId,
    emit,
    openData: (asSet) =>
      openRunData({ dataUrl, ...(ownFiles && { ownFiles }) }, asSet, {
        onProgress: reportProgress,
      }),
    readBase: (base) => readBase(base, dataUrl),
    selectEngine,
  };
}
