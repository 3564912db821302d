/** What an engine implements so that `PlanExecutor` can train on it: memory for a plan's buffers, and kernels that run its steps. */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { BufferId, Phase, ProgramName } from "../../plan/buffers.ts";
import type { Plan } from "../../plan/trainingPlan.ts";
import type { ExecutorInfo, ExecutorMemory, LossScale } from "../executor.ts";

/** A plan of one program, as a machine has compiled it. */
export interface MachineProgram {
  readonly plan: Plan;
}

/** What a program is run on and how much of it is run. */
export interface RunOptions {
  /** Images that the machine first prepares into the plan's input `images`. */
  readonly pixels?: PixelBatch;
  /** Which phases of the training program are run. Default: all. */
  readonly phases?: readonly Phase[];
}

/** The plan's metrics, and what else a reading of them reveals. */
export interface MetricReading {
  /** `lossSum numCorrect lastLoss`, as the plan's `metrics` buffer holds them. */
  readonly sums: ArrayLike<number>;
  /** Whether a weight or a moving statistic is infinite or NaN. */
  readonly hasNotFinite: boolean;
  /** Present in mixed precision. */
  readonly lossScale?: LossScale;
}

export type Vector = Float32Array | Float64Array;

/** The programs of one network share weights, moving statistics, the optimiser's vectors and the metrics. */
export interface PlanMachine<P extends MachineProgram> {
  readonly info: ExecutorInfo;
  /** The training program of the run's own batch size, which exists from the start. */
  readonly main: P;
  /** Resolves with the reason when the device is lost; never otherwise. */
  readonly deviceLost: Promise<string>;
  /**
   * Waits until the machine accepts work.
   *
   * @throws PlaygroundError of an error that the device reported before.
   */
  ready(): Promise<void>;
  /** @throws PlaygroundError `engine.out-of-memory`, or `internal` when a kernel does not compile. */
  compile(name: ProgramName, batchSize: number): P | Promise<P>;
  /** Writes a buffer from its start; `values` may be fewer than the buffer holds. */
  write(program: P, id: BufferId, values: ArrayLike<number>): void;
  /**
   * Waits until what was run before is done. Returns a copy of each buffer; integers come as floats of the same value.
   * @param reused arrays in the order of `ids` that a machine may return with the new numbers instead of new ones
   */
  read(
    program: P,
    ids: readonly BufferId[],
    reused?: readonly (Vector | undefined)[],
  ): Promise<readonly Vector[]>;
  /** Resolves when the machine accepts more work. */
  run(program: P, options?: RunOptions): Promise<void>;
  readMetrics(): Promise<MetricReading>;
  memory(): ExecutorMemory;
  dispose(): void;
}
