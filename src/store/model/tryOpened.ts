/** Tries an opened model on the data at hand, when its outputs can stand for the data's classes. */
import { tryModel } from "../../client/tryModel.ts";
import { formatCount } from "../../core/units.ts";
import { type OpenedModel, settingsOf } from "../../interop/classifier/openedModel.ts";
import { openNetwork } from "../../network/networks/opened.ts";
import { isOwnDataSet } from "../../settings/ownData.ts";
import { ownFilesOf, type PlaygroundState } from "../store.ts";
import { type Judgement, judgeTrials } from "./trial.ts";

export interface JudgedTrial extends Judgement {
  readonly numImages: number;
}

/** The trial of a large network looks at fewer images, so that it takes seconds. */
const MOST_IMAGES = 500;
const LEAST_IMAGES = 50;
const MOST_MACS = 1e11;
const MOST_BATCH = 32;

/** Says why there is nothing to try, or nothing yet; `null` when the model can be tried. */
export function trialHindrance(
  { weights, numOutputs }: OpenedModel,
  { dataSet, settings, machine }: Pick<PlaygroundState, "dataSet" | "settings" | "machine">,
): string | null {
  if (weights === undefined)
    return "The file holds no weights, so there is nothing to try: training starts from new ones.";
  if (numOutputs === 0)
    return "The model has no head, so there is nothing to try: training gives it a new one.";
  const count = dataSet.description?.classes.length;
  if (count === undefined)
    return isOwnDataSet(settings.values.dataSet)
      ? "Choose the files of the data set first; then the accuracy on them is shown here."
      : "Waiting for the data set …";
  if (count !== numOutputs)
    return `The data has ${formatCount(count)} classes and the model ${formatCount(numOutputs)} outputs. Training gives it a new head, and its own answers cannot be compared.`;
  if (machine.holder !== null)
    return "Something else computes now. Once it is paused, the accuracy on the data is shown here.";
  return null;
}

/** Rejects with the reason in a sentence. After an abort the promise stays open. */
export async function tryOpened(
  model: OpenedModel,
  state: Pick<PlaygroundState, "dataSet" | "settings" | "ownData">,
  signal: AbortSignal,
): Promise<JudgedTrial> {
  const { graph, title, analysis, preparations, weights = new Map(), classes } = model;
  const { values } = state.settings;
  const asSet = settingsOf(model, openNetwork(title, graph), values, "unit");
  // This engine computes every layer on every machine, and starts at once.
  const settings = {
    ...asSet,
    engine: "wasm",
    batchSize: Math.min(values.batchSize, MOST_BATCH),
  } as const;
  const affordable = Math.floor(MOST_MACS / (Math.max(1, analysis.macs) * preparations.length));
  const numImages = Math.min(MOST_IMAGES, Math.max(LEAST_IMAGES, affordable));
  const ownFiles = ownFilesOf(state, values);
  const order = { graph, settings, weights, preparations, ownFiles, numImages };
  const trials = await tryModel(order, signal);
  const names = state.dataSet.description?.classes ?? [];
  return { ...judgeTrials(trials, names, classes), numImages: trials.numImages };
}
