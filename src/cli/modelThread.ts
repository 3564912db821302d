/** The thread that reads one model. It says that it is alive before each part that may take long, and ends with an answer. */
import { parentPort, workerData } from "node:worker_threads";
import { type SerializedError, serializeError } from "../core/errors.ts";
import { buffersOf } from "../interop/handOver.ts";
import type { ImportedModel, OpenOptions, WeightsFile } from "../interop/importedModel.ts";
import { openModelOrWeights } from "../interop/openModel.ts";
import { modelFilesAt } from "./modelFiles.ts";

export type ThreadAnswer =
  /** `sizeBytes` of the file that was read last. */
  | { readonly type: "alive"; readonly sizeBytes: number }
  | { readonly type: "read"; readonly opened: ImportedModel | WeightsFile }
  | { readonly type: "refused"; readonly error: SerializedError };

/** What the thread is started with. */
export interface ModelRequest {
  readonly path: string;
  readonly options: OpenOptions;
}

const { path, options }: ModelRequest = workerData;
const tell = (answer: ThreadAnswer, transfer: ArrayBuffer[] = []) =>
  parentPort?.postMessage(answer, transfer);

try {
  // The library is compiled before any file is given to it.
  await (await import("h5wasm")).ready;
  const files = await modelFilesAt(path);
  tell({ type: "alive", sizeBytes: 0 });
  const told = files.map((file) => ({
    ...file,
    async read() {
      const bytes = await file.read();
      tell({ type: "alive", sizeBytes: bytes.length });
      return bytes;
    },
  }));
  const opened = await openModelOrWeights(told, options);
  tell({ type: "read", opened }, buffersOf(opened));
} catch (error) {
  tell({ type: "refused", error: serializeError(error) });
}
