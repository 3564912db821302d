/** Maps the engines' names in the terminal to functions that open them in Node. An engine loads only when it is opened. */
import { availableParallelism } from "node:os";
import type { Executor, ExecutorOptions } from "../exec/executor.ts";
import { threadsToSpare } from "../exec/wasm/threadCount.ts";
import type { TuningWishes } from "../exec/webgpu/tuningWishes.ts";
import type { Settings } from "../settings/settings.ts";
import { selectEngine } from "../train/engine/selectEngine.ts";
import type { ChosenEngine, TellPhase } from "../train/loop/prepareRun.ts";
import { readKernels } from "./readKernels.ts";
import { startNodeHelper } from "./startNodeHelper.ts";

type OpenEngine = (options: ExecutorOptions) => Promise<Executor>;

/**
 * Opens the compiled engine in Node's plain build, which gives the same bits for any number of threads.
 * @param wanted number of threads; 0 means as many as this machine has to spare.
 */
export async function openWasm(options: ExecutorOptions, wanted: number): Promise<Executor> {
  const threads = wanted > 0 ? wanted : threadsToSpare(availableParallelism());
  const { createWasmExecutor } = await import("../exec/wasm/wasmExecutor.ts");
  const memory = threads > 1 ? "shared" : "unshared";
  const kernels = await readKernels({ simd: "plain", memory });
  return createWasmExecutor(options, kernels, { threads, startHelper: startNodeHelper });
}

/** Selects the engine of a run in the terminal from the settings. */
export function selectInTerminal(
  settings: Settings,
  options: ExecutorOptions,
  tell?: TellPhase,
): Promise<ChosenEngine> {
  return selectEngine(settings, options, tell, {
    whyNoGraphicsCard: async () => "the terminal takes it only by --engine webgpu",
    openWebgpu: async (given) => ({ executor: await openWebgpu(given), reason: "Through Dawn." }),
    openWasm: async (given, { threads }) => ({
      executor: await openWasm(given, threads),
      reason: "Plain SIMD, which every version of Node runs.",
    }),
  });
}

export const openReference: OpenEngine = async (options) =>
  (await import("../exec/reference/referenceExecutor.ts")).createReferenceExecutor(options);

/** One for the process. */
let tuning: TuningWishes | undefined;

/** Opens Dawn's first adapter; `openDawn.ts` says which one that is. */
export const openWebgpu: OpenEngine = async (options) => {
  const { openDawn } = await import("./openDawn.ts");
  const { openDevice } = await import("../exec/webgpu/openDevice.ts");
  const { createWebgpuExecutor } = await import("../exec/webgpu/webgpuExecutor.ts");
  const { processMemory } = await import("../exec/webgpu/tuningMemory.ts");
  tuning ??= { memory: processMemory() };
  return createWebgpuExecutor(options, { ...(await openDevice(await openDawn())), tuning });
};

const openTfjs: OpenEngine = async (options) => {
  const { createTfjsExecutor } = await import("../exec/tfjs/createTfjsExecutor.ts");
  return (await createTfjsExecutor({ options, backend: "cpu" })).executor;
};

const OPENERS = {
  tfjs: openTfjs,
  reference: openReference,
  wasm: (options) => openWasm(options, 0),
  webgpu: openWebgpu,
} as const satisfies Readonly<Record<string, OpenEngine>>;

export type EngineName = keyof typeof OPENERS;
export const ENGINE_NAMES: readonly EngineName[] = ["tfjs", "reference", "wasm", "webgpu"];

export function openerOf(name: EngineName): OpenEngine {
  return OPENERS[name];
}
