/** The executor on WebAssembly. It needs no device, so it runs wherever a browser or Node does. */
import type { Batch, ExecutorOptions } from "../executor.ts";
import { PlanExecutor } from "../plan/planExecutor.ts";
import type { Threading } from "./helperThreads.ts";
import type { KernelModule } from "./kernelModule.ts";
import { type LaunchTime, WasmMachine } from "./wasmMachine.ts";
import type { WasmProgram } from "./wasmProgram.ts";

/** Without shared memory only one thread is possible. */
const ONE_THREAD: Threading = {
  threads: 1,
  startHelper: () => ({ terminate: () => {} }),
};

/**
 * @param kernels a build of the kernels; several threads need one with shared memory.
 * @throws PlaygroundError `network.*`, `engine.out-of-memory`, `engine.unavailable`
 */
export function createWasmExecutor(
  options: ExecutorOptions,
  kernels: KernelModule,
  threading: Threading = ONE_THREAD,
): WasmExecutor {
  return new WasmExecutor(options, new WasmMachine(options, kernels, threading));
}

export class WasmExecutor extends PlanExecutor<WasmProgram, WasmMachine> {
  /** Resolves when all threads listen; rejects with `engine.unavailable` when one does not start. */
  get ready(): Promise<void> {
    return this.machine.ready();
  }

  /** Takes a training step and measures each launch of the plan. */
  profileStep(batch: Batch, learningRate: number): Promise<readonly LaunchTime[]> {
    return this.step(batch, learningRate, (program, given) => this.machine.profile(program, given));
  }
}
