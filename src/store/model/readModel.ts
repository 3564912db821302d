/** Reads the files of a model in a worker of its own, which is ended when it gives no sign of life for a while. */
import { createReader } from "../../client/createModelWorkers.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { ImportedModel, ReaderAnswer, WeightsFile } from "../../interop/importedModel.ts";
import type { FileLayer } from "../../interop/modelFault.ts";
import { patienceMs, unansweredModel } from "../../interop/readingPatience.ts";

/** Loading the program and its library waits for the network. */
const LOADING_MS = 60_000;

/** Why files are no model, in a sentence. */
export class UnreadModel extends Error {
  /** All layers of the file, where only some of them are refused. */
  readonly layers: readonly FileLayer[] | undefined;

  constructor(message: string, layers: readonly FileLayer[] | undefined) {
    super(message);
    this.layers = layers;
  }
}

/** @throws UnreadModel */
export function readModel(files: readonly OwnFile[]): Promise<ImportedModel | WeightsFile> {
  const worker = createReader();
  const sizeBytes = files.reduce((sum, { file }) => sum + file.size, 0);
  return new Promise<ImportedModel | WeightsFile>((resolve, reject) => {
    const allowedMs = patienceMs(sizeBytes);
    const giveUp = () => {
      const { message } = unansweredModel(files[0]?.path ?? "The files", allowedMs);
      reject(new UnreadModel(message, undefined));
    };
    let timer = setTimeout(giveUp, LOADING_MS);
    worker.onerror = giveUp;
    worker.onmessage = ({ data: answer }: MessageEvent<ReaderAnswer>) => {
      clearTimeout(timer);
      if (answer.type === "read") resolve(answer.opened);
      else if (answer.type === "refused")
        reject(new UnreadModel(answer.error.message, answer.layers));
      else timer = setTimeout(giveUp, allowedMs);
    };
    worker.postMessage(files.map(({ path, file }) => ({ path, file })));
  }).finally(() => worker.terminate());
}
