/** Starts a helper thread in a browser: a worker of the worker that trains. */
import { network } from "../../core/network.ts";
import { fetchProgramFile } from "../../core/programFile.ts";
import type { HelperReport, StartHelper } from "./helperThreads.ts";
import program from "./helperWorker.ts?worker&url";

/**
 * Waits until the helpers' program has been loaded, since a thread that starts late counts as one that does not
 * start.
 */
export async function fetchHelperProgram(): Promise<void> {
  const url = new URL(program, import.meta.url).href;
  await network.untilThere("a thread's program", (attempt) => fetchProgramFile(url, attempt));
}

export const startHelperWorker: StartHelper = (task, onReport) => {
  const worker = new Worker(program, {
    type: "module",
    name: `training, thread ${task.thread + 1}`,
  });
  worker.onmessage = ({ data }: MessageEvent<HelperReport>) => onReport(data);
  worker.onerror = ({ message }) =>
    onReport({ kind: "failed", reason: message || "the worker's code did not load" });
  worker.postMessage(task);
  return worker;
};
