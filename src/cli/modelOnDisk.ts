/**
 * Opens a model by a path of the terminal, also of what `train` wrote, of which a folder may hold several formats and checkpoints.
 * A thread reads the files, because a damaged file can make a library run without end, and only a thread can be ended then.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { PlaygroundError } from "../core/errors.ts";
import type { ImportedModel, OpenOptions, WeightsFile } from "../interop/importedModel.ts";
import { requireModel } from "../interop/openModel.ts";
import { patienceMs, unansweredModel } from "../interop/readingPatience.ts";
import type { ModelRequest, ThreadAnswer } from "./modelThread.ts";
import { checkpointModelAt } from "./prediction/checkpointModel.ts";
import { startThread } from "./startThread.ts";

/** A folder of `train` holds the network in several formats. The first of them is read. */
const WRITTEN: readonly string[] = ["model.keras", "model.json", "model.onnx"];

/** @throws PlaygroundError `command.invalid` for a path that cannot be read, `file.invalid` for what is no model */
export async function openModelAt(path: string, options: OpenOptions = {}): Promise<ImportedModel> {
  return requireModel(await openModelOrWeightsAt(path, options), path);
}

/** Weights without a description of the layers are returned as such. @throws as `openModelAt` */
export async function openModelOrWeightsAt(
  path: string,
  options: OpenOptions = {},
): Promise<ImportedModel | WeightsFile> {
  const names = await readdir(path).catch((): readonly string[] => []);
  const written = WRITTEN.find((name) => names.includes(name));
  if (written !== undefined) return openModelAt(join(path, written));
  if (names.includes("checkpoints")) return openModelAt(join(path, "checkpoints"));
  if (names.some((name) => name.endsWith(".checkpoint"))) return checkpointModelAt(path);
  return readInThread({ path, options });
}

/** A thread that waits without end does no work. */
const LONGEST_WAIT_MS = 60_000;
const LOOK_EVERY_MS = 100;

function readInThread(request: ModelRequest): Promise<ImportedModel | WeightsFile> {
  const { path } = request;
  const thread = startThread(new URL("modelThread.ts", import.meta.url), { workerData: request });
  let watch: NodeJS.Timeout | undefined;
  return new Promise<ImportedModel | WeightsFile>((resolve, reject) => {
    let isReading = false;
    let allowedMs = patienceMs(0);
    let since = now();
    thread.on("error", reject);
    thread.on("message", (answer: ThreadAnswer) => {
      since = now();
      if (answer.type === "alive") {
        isReading = true;
        allowedMs = patienceMs(answer.sizeBytes);
      } else if (answer.type === "read") resolve(answer.opened);
      else reject(new PlaygroundError(answer.error));
    });
    watch = setInterval(() => {
      const { workMs, elapsedMs } = now();
      // This thread does nothing meanwhile, so all work of the process is that of the reader. A busy machine takes longer.
      const isEndless = isReading && workMs - since.workMs > allowedMs;
      if (isEndless) reject(unansweredModel(path, allowedMs));
      if (elapsedMs - since.elapsedMs > LONGEST_WAIT_MS)
        reject(unansweredModel(path, LONGEST_WAIT_MS));
    }, LOOK_EVERY_MS);
  }).finally(() => {
    clearInterval(watch);
    return thread.terminate();
  });
}

function now() {
  const { user, system } = process.cpuUsage();
  return { workMs: (user + system) / 1000, elapsedMs: performance.now() };
}
