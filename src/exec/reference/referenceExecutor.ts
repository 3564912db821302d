/**
 * The oracle: runs plans in plain TypeScript with float64, much too slow for real training. Tests compare every other engine with
 * it, and compare it with finite differences and with real Keras.
 */
import { type MapShape, mapSides } from "../../core/shape.ts";
import type { BufferId, ProgramName } from "../../plan/buffers.ts";
import { programsOf } from "../../plan/trainingPlan.ts";
import { type LinearPreparation, linearPreparation } from "../../settings/preparation.ts";
import type { Executor, ExecutorInfo, ExecutorMemory, ExecutorOptions } from "../executor.ts";
import { executedPlan } from "../plan/executedPlan.ts";
import { metricReading } from "../plan/metricReading.ts";
import { PlanExecutor } from "../plan/planExecutor.ts";
import type { MetricReading, PlanMachine, RunOptions } from "../plan/planMachine.ts";
import { prepareBatch } from "./prepareBatch.ts";
import { ReferenceProgram } from "./referenceProgram.ts";

/** @throws PlaygroundError `network.*` */
export function createReferenceExecutor(options: ExecutorOptions): Executor {
  return new PlanExecutor(options, new ReferenceMachine(options));
}

class ReferenceMachine implements PlanMachine<ReferenceProgram> {
  readonly info: ExecutorInfo = {
    engine: "reference",
    label: "Reference",
    device: "float64 on one thread",
    backend: "typescript",
  };
  readonly main: ReferenceProgram;
  /** Never resolves, since there is no device. */
  readonly deviceLost: Promise<string> = new Promise(() => {});
  readonly #options: ExecutorOptions;
  readonly #programs: ReferenceProgram[] = [];
  readonly #inputShape: MapShape;
  readonly #preparation: LinearPreparation | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.main = this.compile("training", options.batchSize);
    const [, ...inputShape] = mapSides(this.main.shape(this.main.plan.inputs.images));
    this.#inputShape = inputShape;
    this.#preparation = linearPreparation(options.preparation, inputShape[2]);
  }

  async ready(): Promise<void> {}

  compile(name: ProgramName, batchSize: number): ReferenceProgram {
    const plan = executedPlan({ ...this.#options, batchSize }, name);
    const program = new ReferenceProgram(plan, this.#programs[0]);
    this.#programs.push(program);
    return program;
  }

  write(program: ReferenceProgram, id: BufferId, values: ArrayLike<number>): void {
    program.values(id).set(values);
  }

  async read(
    program: ReferenceProgram,
    ids: readonly BufferId[],
  ): Promise<readonly Float64Array[]> {
    return ids.map((id) => program.values(id).slice());
  }

  async run(program: ReferenceProgram, { pixels, phases }: RunOptions = {}): Promise<void> {
    if (pixels !== undefined) {
      const images = program.values(program.plan.inputs.images);
      prepareBatch(pixels, this.#inputShape, this.#preparation, images);
    }
    for (const name of programsOf(program.plan)) program.run(name, phases);
  }

  async readMetrics(): Promise<MetricReading> {
    return metricReading(this.main.plan, (id) => this.main.values(id));
  }

  memory(): ExecutorMemory {
    return {
      usedBytes: this.#programs.reduce((total, { usedBytes }) => total + usedBytes, 0),
      numTensors: this.#programs.reduce((total, { numBuffers }) => total + numBuffers, 0),
    };
  }

  dispose(): void {
    this.#programs.length = 0;
  }
}
