/**
 * The entry of a worker that reads the files of one model. It has a worker of its own, so that a file on which a library hangs
 * cannot stop the page: the page ends it after a while without a sign of life.
 */
import { serializeError } from "../core/errors.ts";
import { HEAD_BYTES } from "../core/fileFormat.ts";
import { installLoader } from "../core/loadPart.ts";
import type { OwnFile } from "../core/ownFile.ts";
import { buffersOf } from "../interop/handOver.ts";
import type { ReaderAnswer } from "../interop/importedModel.ts";
import { layersOf } from "../interop/modelFault.ts";
import { type ModelFile, openModelOrWeights } from "../interop/openModel.ts";
import { analyze } from "../network/analyze.ts";

installLoader({});
self.onmessage = (message: MessageEvent<readonly OwnFile[]>) => void answer(message.data);

async function answer(files: readonly OwnFile[]): Promise<void> {
  try {
    // The library loads before any file is given to it, because that waits for the network.
    await (await import("h5wasm")).ready;
    tell({ type: "alive" });
    const opened = await openModelOrWeights(await Promise.all(files.map(modelFile)));
    if ("graph" in opened) analyze(opened.graph);
    tell({ type: "read", opened }, buffersOf(opened));
  } catch (error) {
    tell({ type: "refused", error: serializeError(error), layers: layersOf(error) });
  }
}

async function modelFile({ path, file }: OwnFile): Promise<ModelFile> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return {
    path,
    head,
    async read() {
      const bytes = new Uint8Array(await file.arrayBuffer());
      tell({ type: "alive" });
      return bytes;
    },
  };
}

function tell(message: ReaderAnswer, transfer: ArrayBuffer[] = []): void {
  self.postMessage(message, { transfer });
}
