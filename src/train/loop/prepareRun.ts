/**
 * Prepares everything before the first step: opens the data and starts their stream, builds the network, opens the engine.
 * Training and measuring share it, so that a measurement times what a run would do.
 */

import type { BatchCursor, Checkpoint, LaneCheckpoint } from "../../checkpoint/checkpoint.ts";
import { PlaygroundError } from "../../core/errors.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { formatCount } from "../../core/units.ts";
import type {
  ExecutorInfo,
  ExecutorOptions,
  ExecutorState,
  RestorableExecutor,
} from "../../exec/executor.ts";
import { analyze } from "../../network/analyze.ts";
import { BASES, type PretrainedBase, requireBaseFits } from "../../network/bases.ts";
import { requireTrainedParams } from "../../network/freezing.ts";
import type { LayerGraph } from "../../network/graph.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { asTrained } from "../../settings/asTrained.ts";
import { linearPreparation } from "../../settings/preparation.ts";
import type { EngineChoice, Settings } from "../../settings/settings.ts";
import { type ChosenWeights, fittingWeights, type StartWeights } from "../data/baseWeights.ts";
import type { RunData } from "../data/runData.ts";
import { executorOptions } from "../engine/executorOptions.ts";
import type { Replacement } from "../engine/recoveringExecutor.ts";
import { continuedState, isSameEngine, restoreState } from "../engine/restoreState.ts";
import { FIRST_BATCH } from "./batchStreams.ts";
import { type Budget, budgetNotes, runBudget } from "./budget.ts";
import { stopNotes } from "./stopping.ts";

/** Reports one line on what is being done, and the share done when it is known. */
export type TellPhase = (detail: string, share?: number) => void;

/** An executor with the reason why it was chosen. */
export interface ChosenEngine {
  readonly executor: RestorableExecutor;
  /** Opens the same engine again when its device is lost. Undefined when there is no other. */
  readonly reopen?: () => Promise<RestorableExecutor>;
  /** One sentence on why this engine was chosen. */
  readonly reason: string;
  readonly fallbacks: readonly { readonly backend: string; readonly reason: string }[];
}

export interface RunEnvironment {
  readonly runId: string;
  /** The settings as the person set them. */
  readonly settings: Settings;
  readonly emit: (event: WorkerEvent) => void;
  readonly openData: (settings: Settings) => Promise<RunData>;
  readonly readBase: (base: PretrainedBase) => Promise<StartWeights>;
  /** What a person chose to start from, for settings that say so. */
  readonly chosenWeights?: ChosenWeights | undefined;
  readonly selectEngine: (
    settings: Settings,
    options: ExecutorOptions,
    tell: TellPhase,
  ) => Promise<ChosenEngine>;
  /** The checkpoint that the run goes on from. */
  readonly from?: Checkpoint | undefined;
}

export interface PreparedRun {
  /** The settings as trained, from `asTrained`. */
  readonly settings: Settings;
  readonly data: RunData;
  readonly executor: RestorableExecutor;
  /** Opens the same engine again with the initial weights of the run. Undefined when there is no other. */
  readonly reopen: (() => Promise<RestorableExecutor>) | undefined;
  /** The state of the checkpoint, to which the executor has been restored. */
  readonly state: ExecutorState | undefined;
  /**
   * Opens the same engine for another set of frozen layers, and continues from the state given.
   * @throws PlaygroundError of the engine, or `setting.invalid` when nothing is left to train
   */
  readonly openPhase: (frozenLayers: number, from: PhaseStart) => Promise<Replacement>;
  readonly budget: Budget;
  /** The batches of the first pass through the data, or of the rest of a later one. The first batch has already arrived. */
  readonly firstPass: AsyncIterable<PixelBatch>;
}

/** @throws PlaygroundError of the settings, the data or the engine. */
export async function prepareRun(environment: RunEnvironment): Promise<PreparedRun> {
  const { settings: asSet, from } = environment;
  const data = await openImages(environment, asSet);
  if (from !== undefined) requireSameData(from, data);
  const network = prepareNetwork(environment, asSet, data);
  const firstPass = await startFirstPass(environment, data, from?.cursor);
  const engine = await openEngine(environment, network, from?.lanes[0]);
  const { settings, budget } = network;
  const openPhase = (frozenLayers: number, before: PhaseStart) =>
    openNextPhase(environment, { ...network, settings: { ...settings, frozenLayers } }, before);
  return { settings, data, ...engine, openPhase, budget, firstPass };
}

/** What a phase of a run with other frozen layers goes on from. */
interface PhaseStart {
  readonly state: ExecutorState;
  readonly info: Pick<ExecutorInfo, "engine" | "backend">;
}

async function openNextPhase(
  environment: RunEnvironment,
  network: PreparedNetwork,
  { state, info }: PhaseStart,
): Promise<Replacement> {
  requireTrainedParams(analyze(network.graph), network.settings.frozenLayers);
  // The state holds all weights, so none are read again.
  const settings = { ...network.settings, base: "none" } as const;
  const opened = await openEngine(environment, { ...network, settings, start: undefined }, info);
  return { ...opened, state: await continuedState(opened.executor, state) };
}

/** Identifies the training images of a run: a person's own files by their checksum, others by name and numbers. */
export function dataKey({ description, numTrain }: RunData): string {
  const { id, classes, height, width, channels, sizeBytes, own } = description;
  const bytes = `${sizeBytes} bytes of ${height} x ${width} x ${channels}`;
  const key = `${id}, ${numTrain} training images, ${bytes}, classes ${classes.join(" ")}`;
  return own?.checksum === undefined ? key : `${key}${CHECKSUM}${own.checksum}`;
}

const CHECKSUM = ", SHA-256 ";

/** @throws PlaygroundError `checkpoint.unusable` when the run began with other images. */
export function requireSameData(from: Checkpoint, data: RunData): void {
  const got = dataKey(data);
  // The terminal knows no checksum of a person's files.
  const without = (key: string) => key.split(CHECKSUM)[0];
  const areBothKnown = got.includes(CHECKSUM) && from.data.includes(CHECKSUM);
  if (areBothKnown ? got === from.data : without(got) === without(from.data)) return;
  throw new PlaygroundError({
    code: "checkpoint.unusable",
    where: "Training data",
    rule: "a run goes on with the images that it began with",
    expected: from.data,
    got,
    remedy: "Choose the same data again, or train from the start.",
  });
}

type Told = Pick<RunEnvironment, "runId" | "emit">;

export async function openImages(
  { runId, emit, openData }: Told & Pick<RunEnvironment, "openData">,
  settings: Settings,
): Promise<RunData> {
  emit({ type: "run.phaseChanged", runId, phase: "loading", detail: "Reading the list of shards" });
  const data = await openData(settings);
  emit({ type: "data.opened", runId, dataSet: data.description });
  return data;
}

/** A network as it will be trained on the data, before an engine is opened. */
export interface PreparedNetwork {
  readonly settings: Settings;
  readonly graph: LayerGraph;
  readonly budget: Budget;
  /** The number of classes in the labels. The head may have fewer units. */
  readonly numLabelClasses: number;
  /** Those of the chosen weights that fit. */
  readonly start: StartWeights | undefined;
}

/** @throws PlaygroundError `setting.invalid`, `network.*` or `data.too-few-images` */
export function prepareNetwork(
  { runId, emit, chosenWeights, from }: Told & Pick<RunEnvironment, "chosenWeights" | "from">,
  asSet: Settings,
  data: RunData,
): PreparedNetwork {
  const numLabelClasses = data.description.classes.length;
  const { settings, notes } = asTrained(asSet, numLabelClasses, data.description.channels);
  const graph = buildNetwork(settings);
  requireTrainedParams(analyze(graph), settings.frozenLayers);
  // Checks this early, because each engine would refuse it only after loading.
  linearPreparation(settings.preparation, settings.inputChannels);
  if (isPretrained(settings.base)) requireBaseFits(BASES[settings.base], settings);
  // A run that goes on has the weights in its state.
  const startsFrom =
    settings.base === "chosen" && from === undefined
      ? fittingWeights(chosenWeights, graph)
      : undefined;
  const budget = runBudget(settings, data.numTrain, data.numValidation);
  emit({
    type: "run.prepared",
    runId,
    stepsPerEpoch: budget.stepsPerEpoch,
    totalSteps: budget.totalSteps,
    numTrain: data.numTrain,
    numValidation: budget.validationImages,
    batchSize: settings.batchSize,
    dataSet: data.description,
    notes: [
      ...notes,
      ...data.notes,
      ...budgetNotes(budget, settings, data),
      ...stopNotes(settings, budget.validationImages),
      ...(startsFrom ? [startsFrom.words] : []),
      ...baseNotes(settings),
    ],
  });
  return { settings, graph, budget, numLabelClasses, start: startsFrom?.weights };
}

/** Starts the first pass through the data, or goes on in a later one, and resolves when its first batch has arrived. */
export async function startFirstPass(
  { runId, emit }: Told,
  data: RunData,
  { pass, batch }: BatchCursor = FIRST_BATCH,
): Promise<AsyncIterable<PixelBatch>> {
  emit({ type: "run.phaseChanged", runId, phase: "loading", detail: "Filling the shuffle buffer" });
  return startedStream(data.trainingBatches(pass, batch));
}

export async function openEngine(
  { runId, emit, selectEngine, readBase }: Told & Pick<RunEnvironment, "selectEngine" | "readBase">,
  { settings, graph, numLabelClasses, start: chosenStart }: PreparedNetwork,
  from?: Pick<LaneCheckpoint, "engine" | "backend"> & Partial<Pick<LaneCheckpoint, "state">>,
): Promise<Pick<PreparedRun, "executor" | "reopen" | "state">> {
  const start = isPretrained(settings.base)
    ? partOf(await readBase(settings.base), graph)
    : chosenStart;
  const tell: TellPhase = (detail, share) =>
    emit({
      ...{ type: "run.phaseChanged", runId, phase: "compiling", detail },
      ...(share !== undefined && { share }),
    });
  tell("Building the network on the engine");
  const options = executorOptions(settings, graph, numLabelClasses);
  const select = (engine: EngineChoice) => selectEngine({ ...settings, engine }, options, tell);
  const before = ENGINE_CHOICES.find((engine) => engine === from?.engine);
  const chosen =
    before === undefined || settings.engine !== "automatic"
      ? await select(settings.engine)
      : // Only the same engine continues to the bit.
        await select(before).catch(() => select(settings.engine));
  const { executor, fallbacks, reopen } = chosen;
  const started = (opened: RestorableExecutor) => {
    if (start !== undefined) opened.writeWeights(start);
    return opened;
  };
  started(executor);
  const { info } = executor;
  const reason =
    from === undefined || isSameEngine(info, from)
      ? chosen.reason
      : `${chosen.reason} ${OTHER_ENGINE}`;
  emit({ type: "engine.chosen", runId, ...info, reason, fallbacks: [...fallbacks] });
  const state = from?.state ? await restoreState(executor, from.state, from) : undefined;
  return { executor, state, reopen: reopen && (async () => started(await reopen())) };
}

const ENGINE_CHOICES: readonly EngineChoice[] = ["webgpu", "wasm", "tfjs"];
const OTHER_ENGINE =
  "Another engine wrote the checkpoint that it goes on from, so the numbers differ by rounding from then on.";

function isPretrained(base: Settings["base"]): base is PretrainedBase {
  return base !== "none" && base !== "chosen";
}

/** Returns the weights of the layers that a network that is cut off still has. */
function partOf(weights: StartWeights, graph: LayerGraph): StartWeights {
  const paths = new Set(networkWeights(graph).map(({ path }) => path));
  return new Map([...weights].filter(([path]) => paths.has(path)));
}

function baseNotes({ base, frozenLayers }: Settings): readonly string[] {
  if (!isPretrained(base)) return [];
  const frozen =
    frozenLayers === 0
      ? "all of them are trained further"
      : `the first ${formatCount(frozenLayers)} layers stay as they are`;
  return [`Starts from the weights of ${BASES[base].title}, without its head; ${frozen}.`];
}

/** Resolves with the same stream when its first element has arrived. */
async function startedStream<T>(stream: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = stream[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let result = first; !result.done; result = await iterator.next()) yield result.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
