/** The page: it passes the tests' calls to its worker, one after the other. */
import type { CallName, EngineCalls, EngineReply } from "./engineCalls.ts";

const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

/** @throws Error with the engine's own message. */
function ask<K extends CallName>(name: K) {
  return (...input: Parameters<EngineCalls[K]>) =>
    new Promise<Awaited<ReturnType<EngineCalls[K]>>>((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message || "the worker did not load"));
      worker.onmessage = ({ data }: MessageEvent<EngineReply<K>>) =>
        data.ok ? resolve(data.output) : reject(new Error(data.reason));
      worker.postMessage({ name, input });
    });
}

window.engine = {
  open: ask("open"),
  writeWeights: ask("writeWeights"),
  trainStep: ask("trainStep"),
  readMetrics: ask("readMetrics"),
  predict: ask("predict"),
  gradients: ask("gradients"),
  readWeights: ask("readWeights"),
  dispose: ask("dispose"),
};
