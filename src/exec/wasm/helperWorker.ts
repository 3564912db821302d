/**
 * The entry of a helper thread in a browser: after its first message it listens within WebAssembly and never returns.
 */
import type { HelperReport, HelperTask } from "./helperThreads.ts";
import { stopThreads } from "./stopThreads.ts";

self.onmessage = ({ data: { module, memory, control, thread } }: MessageEvent<HelperTask>) => {
  try {
    const { serve } = new WebAssembly.Instance(module, { env: { memory } }).exports;
    if (typeof serve !== "function") throw new Error("the module has no function named serve");
    report({ kind: "ready" });
    serve(control, thread);
  } catch (error) {
    stopThreads(memory, control);
    report({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
};

function report(message: HelperReport): void {
  self.postMessage(message);
}
