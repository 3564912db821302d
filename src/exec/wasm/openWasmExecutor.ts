/** Opens the compiled engine in a browser, with the build and the threads that this page can have. */
import type { ExecutorOptions } from "../executor.ts";
import { chooseThreads } from "./chooseThreads.ts";
import type { KernelBuild } from "./kernelModule.ts";
import { loadKernels } from "./loadKernels.ts";
import { fetchHelperProgram, startHelperWorker } from "./startHelperWorker.ts";
import { createWasmExecutor, type WasmExecutor } from "./wasmExecutor.ts";

export interface WasmWishes {
  /** The number of threads; 0 takes as many as this machine can spare. */
  readonly threads: number;
  /** Whether every machine must give the same bits, at some cost in speed. */
  readonly reproducible: boolean;
}

export interface OpenedWasm {
  readonly executor: WasmExecutor;
  /** Why it has these threads and this build, in sentences. */
  readonly reason: string;
}

/**
 * Falls back to one thread where helper threads do not start, unless the settings name a number of threads: then it throws.
 *
 * @throws PlaygroundError `network.*`, `engine.out-of-memory`, `engine.unavailable`
 */
export async function openWasmExecutor(
  options: ExecutorOptions,
  wishes: WasmWishes,
): Promise<OpenedWasm> {
  const { threads, reason } = chooseThreads({
    wanted: wishes.threads,
    cores: navigator.hardwareConcurrency,
    isIsolated: self.crossOriginIsolated,
    isSecure: self.isSecureContext,
  });
  try {
    return await open(options, wishes, threads, reason);
  } catch (error) {
    if (threads === 1 || wishes.threads > 0) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return open(options, wishes, 1, `One thread, since several do not work here (${why})`);
  }
}

async function open(
  options: ExecutorOptions,
  { reproducible }: WasmWishes,
  threads: number,
  reason: string,
): Promise<OpenedWasm> {
  const memory = threads > 1 ? "shared" : "unshared";
  const kernels = await loadKernels({ reproducible, memory });
  if (threads > 1) await fetchHelperProgram();
  const threading = { threads, startHelper: startHelperWorker };
  const executor = createWasmExecutor(options, kernels, threading);
  try {
    await executor.ready;
  } catch (error) {
    executor.dispose();
    throw error;
  }
  return { executor, reason: `${reason} ${whyBuild(kernels, reproducible)}` };
}

function whyBuild({ simd }: KernelBuild, reproducible: boolean): string {
  if (simd === "relaxed")
    return "Relaxed SIMD, the faster build, whose last bits may differ elsewhere.";
  return reproducible
    ? "Plain SIMD, as Reproducible asks: the same bits everywhere."
    : "Plain SIMD, since this browser has no relaxed one: the same bits everywhere.";
}
