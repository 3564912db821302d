/** Checkpoints of a real network, whole or with weights that a reader must refuse, for tests. */
import { initialWeights } from "../network/initialize.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { recipeById } from "../settings/recipes/registry.ts";
import type { Settings } from "../settings/settings.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { keepCheckpoint } from "./checkpointStore.ts";
import { madeCheckpoint } from "./madeCheckpoint.ts";
import { memoryFolder } from "./memoryFolder.ts";

type Weights = Map<string, Float32Array>;

/** @param change of the weights */
export function trainedCheckpoint(
  runId: string,
  change: (weights: Weights) => void = () => {},
): Checkpoint {
  const settings: Settings = {
    ...recipeById("one-minute").settings,
    ...{ inputSize: 28, width: 0.125, middleRepeats: 0, classes: 10, dataSet: "starter" },
  };
  const weights: Weights = new Map(initialWeights(buildNetwork(settings), 1));
  change(weights);
  const summary = { runId, isFinished: true, lanes: [{ runId, settings }] };
  const { lanes, ...made } = madeCheckpoint(7, summary);
  const best = { step: 7, loss: 0.5, accuracy: 0.75, numImages: 100, weights };
  return { ...made, lanes: lanes.map((lane) => ({ ...lane, state: null, best })) };
}

/** Returns the bytes of a checkpoint's file. */
export async function checkpointBytes(checkpoint: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  const folder = memoryFolder();
  await keepCheckpoint(folder, checkpoint);
  const [bytes] = folder.files.values();
  if (bytes === undefined) throw new Error("no checkpoint was written");
  return bytes;
}

const FIRST = "block1_conv1/kernel";

/** Whole files, with right checksums, whose weights are not those of a trained network. */
export const UNFIT_WEIGHTS: Readonly<Record<string, (weights: Weights) => void>> = {
  "not a number": (weights) => weights.get(FIRST)?.set([Number.NaN], 3),
  infinite: (weights) => weights.get(FIRST)?.set([Number.POSITIVE_INFINITY], 0),
  missing: (weights) => weights.delete(FIRST),
  "of another shape": (weights) => weights.set(FIRST, new Float32Array(5)),
  "of another network": (weights) => {
    weights.clear();
    weights.set("dense/kernel", Float32Array.of(1, 2, 3));
  },
};
