/** The compiled engine on a browser's graphics card. */
import { PlaygroundError } from "../../core/errors.ts";
import type { ExecutorOptions } from "../executor.ts";
import { reasonOfLostDevice } from "../reasonOfLostDevice.ts";
import { shareDevice } from "../sharedDevice.ts";
import type { CompileProgress } from "./computeDevice.ts";
import { deviceFault, openDevice } from "./openDevice.ts";
import { browserMemory } from "./tuningMemory.ts";
import { createWebgpuExecutor, type WebgpuExecutor } from "./webgpuExecutor.ts";

export interface WebgpuWishes {
  /** The usual kernels, chosen without measuring. */
  readonly reproducible: boolean;
}

export interface OpenedWebgpu {
  readonly executor: WebgpuExecutor;
  /** How the step is run: a sentence. */
  readonly reason: string;
}

/**
 * @param onProgress hears of each kernel that is compiled.
 * @throws PlaygroundError `network.*`, `engine.unavailable`, `engine.out-of-memory`, `internal`
 */
export async function openWebgpuExecutor(
  options: ExecutorOptions,
  onProgress?: CompileProgress,
  { reproducible }: WebgpuWishes = { reproducible: true },
): Promise<OpenedWebgpu> {
  // A page on plain http has a navigator without WebGPU.
  const gpu = navigator.gpu as GPU | undefined;
  const device = await shareDevice(
    () => openDevice(gpu),
    ({ message }) => deviceFault(message),
  );
  const tuning = reproducible ? {} : { tuning: { memory: browserMemory() } };
  const executor = await createWebgpuExecutor(options, { ...device, ...tuning }, onProgress);
  const { numProbed, numResults } = await probed(executor);
  const checked = `${numProbed} of ${numResults} results of its kernels were checked before the first step.`;
  const reason = `A step is ${executor.dispatchesPerStep} dispatches. ${executor.productWords} ${checked}`;
  return { executor, reason: reason.trimEnd() };
}

/** One that computes wrongly is closed, and so is one whose device goes meanwhile, which is said. */
async function probed(executor: WebgpuExecutor): ReturnType<WebgpuExecutor["probe"]> {
  try {
    return await executor.probe();
  } catch (error) {
    const reason = await reasonOfLostDevice(executor.deviceLost);
    executor.dispose();
    throw reason === undefined ? error : lostWhileOpened(reason);
  }
}

function lostWhileOpened(reason: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.device-lost",
    where: "WebGPU, compiled",
    rule: "the device was lost while the engine was opened",
    got: reason,
    remedy: "Choose CPU compiled, or train again to open the device anew.",
    context: { engine: "webgpu", setting: "engine" },
  });
}
