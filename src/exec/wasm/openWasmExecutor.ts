/** The compiled engine in a browser: the build and the threads that this page can have. */
import type { ExecutorOptions } from "../executor.ts";
import type { Threading } from "./helperThreads.ts";
import { loadKernels } from "./loadKernels.ts";
import { startHelperWorker } from "./startHelperWorker.ts";
import { MOST_THREADS, threadsToSpare } from "./threadCount.ts";
import { createWasmExecutor, ONE_THREAD, type WasmExecutor } from "./wasmExecutor.ts";

export interface WasmWishes {
  /** 0: as many as this machine has to spare. */
  readonly threads: number;
  /** The same bits on every machine, at some cost in speed. */
  readonly reproducible: boolean;
}

/** @throws PlaygroundError `network.*`, `engine.out-of-memory`, `engine.unavailable` */
export async function openWasmExecutor(
  options: ExecutorOptions,
  { threads, reproducible }: WasmWishes,
): Promise<WasmExecutor> {
  const threading = threadingFor(threads);
  const memory = threading.threads > 1 ? "shared" : "unshared";
  const kernels = await loadKernels({ reproducible, memory });
  return createWasmExecutor(options, kernels, threading);
}

/** Threads share memory only in a page that is isolated from others; in any other one there is a single thread. */
function threadingFor(wanted: number): Threading {
  const threads = wanted > 0 ? wanted : threadsToSpare(navigator.hardwareConcurrency);
  if (!self.crossOriginIsolated || threads === 1) return ONE_THREAD;
  return { threads: Math.min(threads, MOST_THREADS), startHelper: startHelperWorker };
}
