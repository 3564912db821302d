/** The compiled engine as a page opens it: the one place that knows how. */
import type { Batch, Executor, ExecutorOptions } from "../../../src/exec/executor.ts";
import { loadKernels } from "../../../src/exec/wasm/loadKernels.ts";
import { createWasmExecutor } from "../../../src/exec/wasm/wasmExecutor.ts";
import type { Phase } from "../../../src/plan/buffers.ts";
import type { Step } from "../../../src/plan/step.ts";
import type { TrainingPlan } from "../../../src/plan/trainingPlan.ts";

/** What an engine that tells the time of each launch has besides. */
export interface ProfiledEngine extends Executor {
  /** As it runs it, fusion included. */
  readonly plan?: TrainingPlan;
  profileStep?(
    batch: Batch,
    learningRate: number,
  ): Promise<
    readonly {
      readonly launch: {
        readonly launch: readonly Step[];
        readonly label: string;
        readonly phase: Phase;
      };
      readonly milliseconds: number;
    }[]
  >;
}

export async function openEngine(
  options: ExecutorOptions,
  _threads: number,
): Promise<ProfiledEngine> {
  return createWasmExecutor(options, await loadKernels());
}
