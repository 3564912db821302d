/**
 * The entry of a worker for an opened model that no run trains: it evaluates the model on test images, once for each preparation
 * of their bytes, or classifies the pictures that a person gives.
 */
import type { PictureAnswer, PictureOrder } from "../core/askedPictures.ts";
import { serializeError } from "../core/errors.ts";
import { installLoader } from "../core/loadPart.ts";
import { openNetwork } from "../network/networks/opened.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import type { ReadyOrder, TrialAnswer, TrialOrder } from "../protocol/trials.ts";
import { classifyPicture, type PictureNetwork } from "../train/data/classifyPicture.ts";
import { openRunData } from "../train/data/openRunData.ts";
import { executorOptions } from "../train/engine/executorOptions.ts";
import { selectEngine } from "../train/engine/selectEngine.ts";
import { tryPreparations } from "../train/engine/tryPreparations.ts";

let ready: Promise<PictureNetwork> | undefined;

installLoader({});
self.onmessage = ({ data }: MessageEvent<TrialOrder | ReadyOrder | PictureOrder>) => {
  if ("preparations" in data) void tryOut(data);
  else if ("picture" in data) void classify(data);
  else {
    ready = makeReady(data);
    // Every picture tells why there is no network.
    ready.catch(() => {});
  }
};

async function tryOut({ graph, dataUrl, ownFiles, ...order }: TrialOrder): Promise<void> {
  try {
    openNetwork("", graph);
    const silent = { onProgress: () => {} };
    const trials = await tryPreparations({
      ...order,
      openData: (settings) => openRunData({ dataUrl, ownFiles }, settings, silent),
      selectEngine,
    });
    tell({ type: "tried", trials });
  } catch (error) {
    tell({ type: "failed", error: serializeError(error) });
  }
}

async function makeReady({ graph, settings, weights }: ReadyOrder): Promise<PictureNetwork> {
  openNetwork("", graph);
  const built = buildNetwork(settings);
  // All layers are frozen, so nothing is reserved for training.
  const options = executorOptions({ ...settings, frozenLayers: built.layers.length }, built);
  const { executor } = await selectEngine(settings, options, () => {});
  executor.writeWeights(weights);
  return { settings, graph: built, images: undefined, predict: (image) => executor.predict(image) };
}

async function classify({ id, picture }: PictureOrder): Promise<void> {
  try {
    if (ready === undefined) throw new Error("a picture came before the network");
    tell({ type: "classified", id, ...(await classifyPicture(picture, await ready)) });
  } catch (error) {
    tell({ type: "unclassified", id, error: serializeError(error) });
  }
}

function tell(message: TrialAnswer | PictureAnswer): void {
  self.postMessage(message);
}
