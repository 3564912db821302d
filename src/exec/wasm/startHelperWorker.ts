/** Starts a helper thread in a browser: a worker of the worker that trains. */
import type { HelperReport, StartHelper } from "./helperThreads.ts";

export const startHelperWorker: StartHelper = (task, onReport) => {
  const worker = new Worker(new URL("./helperWorker.ts", import.meta.url), {
    type: "module",
    name: `training, thread ${task.thread + 1}`,
  });
  worker.onmessage = ({ data }: MessageEvent<HelperReport>) => onReport(data);
  worker.onerror = ({ message }) =>
    onReport({ kind: "failed", reason: message || "the worker's code did not load" });
  worker.postMessage(task);
  return worker;
};
