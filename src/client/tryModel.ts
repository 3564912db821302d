/** Has a worker of its own evaluate an opened model by each preparation of the images. */
import type { TrialAnswer, TrialOrder, Trials } from "../protocol/trials.ts";
import { createTrial } from "./createModelWorkers.ts";
import { dataUrl } from "./dataUrl.ts";

/** Rejects with the reason in a sentence. An abort ends the worker, and then the promise stays open. */
export function tryModel(order: Omit<TrialOrder, "dataUrl">, signal: AbortSignal): Promise<Trials> {
  const worker = createTrial();
  const end = () => worker.terminate();
  signal.addEventListener("abort", end);
  return new Promise<Trials>((resolve, reject) => {
    worker.onerror = ({ message }) =>
      reject(new Error(message || "The program that tries models could not be loaded."));
    worker.onmessage = ({ data: answer }: MessageEvent<TrialAnswer>) => {
      if (answer.type === "tried") resolve(answer.trials);
      else reject(new Error(answer.error.message));
    };
    worker.postMessage({ ...order, dataUrl } satisfies TrialOrder);
  }).finally(end);
}
