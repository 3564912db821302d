/** The compiled engine on a browser's graphics card. */
import type { ExecutorOptions } from "../executor.ts";
import { shareDevice } from "../sharedDevice.ts";
import { deviceFault, openDevice } from "./openDevice.ts";
import { createWebgpuExecutor, type WebgpuExecutor } from "./webgpuExecutor.ts";

export interface OpenedWebgpu {
  readonly executor: WebgpuExecutor;
  /** How the step is run: a sentence. */
  readonly reason: string;
}

/** @throws PlaygroundError `network.*`, `engine.unavailable`, `engine.out-of-memory`, `internal` */
export async function openWebgpuExecutor(options: ExecutorOptions): Promise<OpenedWebgpu> {
  // A page on plain http has a navigator without WebGPU.
  const gpu = navigator.gpu as GPU | undefined;
  const device = await shareDevice(
    () => openDevice(gpu),
    ({ message }) => deviceFault(message),
  );
  const executor = await createWebgpuExecutor(options, device);
  const reason = `A step is one submit of ${executor.dispatchesPerStep} dispatches.`;
  return { executor, reason };
}
