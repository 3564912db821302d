/** Starts a helper thread of the WebAssembly engine in Node. */
import { Worker } from "node:worker_threads";
import type { HelperReport, StartHelper } from "../exec/wasm/helperThreads.ts";

/** Equivalent to `exec/wasm/helperWorker.ts`, in plain JavaScript, because Node cannot start a thread from TypeScript. */
const CODE = `
const { parentPort, workerData: { module, memory, control, thread } } = require("node:worker_threads");
try {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  parentPort.postMessage({ kind: "ready" });
  exports.serve(control, thread);
} catch (error) {
  parentPort.postMessage({ kind: "failed", reason: error.message });
}`;

export const startNodeHelper: StartHelper = (task, onReport) => {
  const worker = new Worker(CODE, { eval: true, workerData: task });
  worker.on("message", (report: HelperReport) => onReport(report));
  worker.on("error", ({ message }) => onReport({ kind: "failed", reason: message }));
  worker.on("exit", (code) => onReport({ kind: "failed", reason: `it ended with code ${code}` }));
  // A thread that is still listening must not keep the program alive.
  worker.unref();
  return { terminate: () => void worker.terminate() };
};
