/** Opens the compiled engine on a browser's graphics card. */
import { browserGpu } from "../device/graphicsAdapter.ts";
import { reasonOfLostDevice } from "../device/lostDevice.ts";
import type { ExecutorOptions } from "../executor.ts";
import type { CompileProgress } from "./computeDevice.ts";
import { lostWhileOpened } from "./deviceFaults.ts";
import { openSharedDevice } from "./openDevice.ts";
import { browserMemory } from "./tuningMemory.ts";
import { createWebgpuExecutor, type WebgpuExecutor } from "./webgpuExecutor.ts";

export interface WebgpuWishes {
  /** Takes the default kernels without measuring. */
  readonly reproducible: boolean;
}

export interface OpenedWebgpu {
  readonly executor: WebgpuExecutor;
  /** One sentence on how a step is run. */
  readonly reason: string;
}

/**
 * @param onProgress is called after each compiled kernel.
 * @throws PlaygroundError `network.*`, `engine.unavailable`, `engine.out-of-memory`, `internal`
 */
export async function openWebgpuExecutor(
  options: ExecutorOptions,
  onProgress?: CompileProgress,
  { reproducible }: WebgpuWishes = { reproducible: true },
): Promise<OpenedWebgpu> {
  const device = await openSharedDevice(browserGpu());
  const tuning = reproducible ? {} : { tuning: { memory: browserMemory() } };
  const executor = await createWebgpuExecutor(options, { ...device, ...tuning }, onProgress);
  const { numProbed, numResults } = await probed(executor);
  const checked = `${numProbed} of ${numResults} results of its kernels were checked before the first step.`;
  const reason = `A step is ${executor.dispatchesPerStep} dispatches. ${executor.productWords} ${checked}`;
  return { executor, reason: reason.trimEnd() };
}

/** Closes the executor if it computes wrong numbers, or if its device is lost during the check. */
async function probed(executor: WebgpuExecutor): ReturnType<WebgpuExecutor["probe"]> {
  try {
    return await executor.probe();
  } catch (error) {
    const reason = await reasonOfLostDevice(executor.deviceLost);
    executor.dispose();
    throw reason === undefined ? error : lostWhileOpened(reason);
  }
}
