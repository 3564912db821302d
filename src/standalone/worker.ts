/** The entry of the stand-alone page's worker, which decodes the pictures and runs the network, so that the page never waits. */
import type { PictureOrder } from "../core/askedPictures.ts";
import { bytesOfBase64 } from "../core/base64.ts";
import { serializeError } from "../core/errors.ts";
import { readPicture } from "../data/picture/readPicture.ts";
import { type EmbeddedNetwork, embeddedWeights } from "../interop/standalone/embeddedNetwork.ts";
import { openClassifier } from "./classifier.ts";
import type { Answer, Blocks, Order } from "./messages.ts";

let opened: ReturnType<typeof open> | undefined;

self.onmessage = ({ data }: MessageEvent<Order>) => {
  if ("blocks" in data) {
    opened = open(data.blocks);
    opened.then(
      ({ classifier }) => tell({ type: "opened", numOutputs: classifier.numOutputs }),
      (error: unknown) => tell({ type: "unopened", error: serializeError(error) }),
    );
  } else void answer(data);
};

async function open({ network: text, weights, kernels }: Blocks) {
  const network: EmbeddedNetwork = JSON.parse(text);
  const read = embeddedWeights(network, weights);
  return { network, classifier: await openClassifier(network, read, bytesOfBase64(kernels)) };
}

async function answer({ id, picture }: PictureOrder): Promise<void> {
  try {
    if (opened === undefined) throw new Error("a picture came before the network");
    const { network, classifier } = await opened;
    const image = await readPicture(picture, network.stored);
    tell({ type: "classified", id, image, probabilities: await classifier.classify(image) });
  } catch (error) {
    tell({ type: "unclassified", id, error: serializeError(error) });
  }
}

function tell(message: Answer): void {
  self.postMessage(message);
}
