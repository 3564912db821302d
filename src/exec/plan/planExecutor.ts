/**
 * Trains, evaluates and predicts by running the programs of a plan on a machine. It compiles each program when a batch first needs
 * it, and keeps it by name and batch size: the last batch of an epoch may be smaller than the others, those of an evaluation
 * larger. It knows nothing of how a machine stores numbers.
 */
import { type MapShape, mapSides } from "../../core/shape.ts";
import { initialWeights } from "../../network/initialize.ts";
import { type BufferId, bufferAt, type ProgramName } from "../../plan/buffers.ts";
import { lossInputOf, type Plan, programOf } from "../../plan/trainingPlan.ts";
import { createEvaluationTally } from "../evaluationTally.ts";
import type {
  Batch,
  Evaluation,
  Executor,
  ExecutorInfo,
  ExecutorMemory,
  ExecutorOptions,
  ExecutorState,
  TrainingMetrics,
} from "../executor.ts";
import { requireBatch } from "../requirements.ts";
import type { MachineProgram, PlanMachine, RunOptions } from "./planMachine.ts";
import { placedState, stateBuffers } from "./planState.ts";
import { placedWeights } from "./planWeights.ts";
import { StepCounts } from "./stepCounts.ts";

type Named = ReadonlyMap<string, Float32Array | Float64Array>;

export class PlanExecutor<P extends MachineProgram, M extends PlanMachine<P> = PlanMachine<P>>
  implements Executor
{
  readonly info: ExecutorInfo;
  readonly deviceLost: Promise<string>;
  protected readonly machine: M;
  readonly #options: ExecutorOptions;
  readonly #inputShape: MapShape;
  readonly #programs = new Map<string, P>();
  readonly #counts = new StepCounts();
  #step = 0;

  /** The initial weights follow from the options' seed. */
  constructor(options: ExecutorOptions, machine: M) {
    this.#options = options;
    this.machine = machine;
    this.info = machine.info;
    this.deviceLost = machine.deviceLost;
    const { buffers, inputs, metrics } = this.plan;
    const [, ...inputShape] = mapSides(bufferAt(buffers, inputs.images).shape);
    this.#inputShape = inputShape;
    this.#programs.set(keyOf("training", options.batchSize), machine.main);
    machine.write(machine.main, metrics, [0, 0, Number.NaN]);
    this.writeInitialWeights();
  }

  /** The training plan for the run's own batch size, with the marks of the passes. */
  get plan(): Plan {
    return this.machine.main.plan;
  }

  trainStep(batch: Batch, learningRate: number): Promise<void> {
    return this.step(batch, learningRate, (program, given) => this.machine.run(program, given));
  }

  async readMetrics(): Promise<TrainingMetrics> {
    const { sums, hasNotFinite, lossScale } = await this.machine.readMetrics();
    this.machine.write(this.machine.main, this.plan.metrics, [0, 0]);
    return {
      ...this.#counts.take(sums, hasNotFinite),
      ...(lossScale !== undefined && { lossScale }),
    };
  }

  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const tally = createEvaluationTally(this.#numLabelClasses);
    for await (const batch of batches) {
      const program = await this.#load("evaluation", batch);
      await this.machine.run(program, pixelsOf(batch));
      const evaluation = programOf(program.plan, "evaluation");
      const { predicted, imageLoss } = evaluation.results;
      // The loss is the last step, so the memory of its input holds nothing else yet.
      const { taken, head } = lossInputOf(evaluation);
      const ids = [predicted, imageLoss, taken];
      const [guesses = [], losses = [], outputs = []] = await this.machine.read(program, ids);
      let lossSum = 0;
      for (const loss of losses) lossSum += loss;
      tally.add(batch.labels, { guesses, outputs, head, lossSum });
      await onProgress?.(tally.numImages);
    }
    return tally.result();
  }

  async predict(batch: Batch): Promise<Float32Array> {
    const program = await this.#load("prediction", batch);
    await this.machine.run(program, pixelsOf(batch));
    const { output } = programOf(program.plan, "prediction").results;
    const [values] = await this.machine.read(program, [output]);
    return inSinglePrecision(values);
  }

  async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    const program = await this.#load("training", batch);
    await this.machine.run(program, { ...pixelsOf(batch), phases: ["forward", "backward"] });
    const ids = program.plan.parameters.flatMap(({ path, gradient }) =>
      gradient === undefined ? [] : [[path, gradient] as const],
    );
    return allInSinglePrecision(await this.#readNamed(program, new Map(ids)));
  }

  async readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    const ids = new Map(this.plan.parameters.map(({ path, value }) => [path, value]));
    return allInSinglePrecision(await this.#readNamed(this.machine.main, ids));
  }

  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [id, values] of placedWeights(this.plan, weights))
      this.machine.write(this.machine.main, id, values);
  }

  async readState(reused?: ExecutorState): Promise<ExecutorState> {
    return { step: this.#step, vectors: await this.readVectors(reused?.vectors) };
  }

  writeState(state: ExecutorState): void {
    this.writeVectors(state.vectors);
    this.#step = state.step;
  }

  memory(): ExecutorMemory {
    return this.machine.memory();
  }

  dispose(): void {
    this.#programs.clear();
    this.machine.dispose();
  }

  /** Returns the state that training continues from, except the number of steps. */
  protected readVectors(reused?: Named): Promise<ExecutorState["vectors"]> {
    return this.#readNamed(this.machine.main, stateBuffers(this.plan), reused);
  }

  /** @throws PlaygroundError `network.shape-mismatch` for the vectors of another network or optimiser. */
  protected writeVectors(vectors: ExecutorState["vectors"]): void {
    for (const [id, values] of placedState(this.plan, vectors))
      this.machine.write(this.machine.main, id, values);
  }

  protected writeInitialWeights(): void {
    this.writeWeights(initialWeights(this.#options.graph, this.#options.seed));
  }

  /** Takes a training step that `run` performs on the machine. */
  protected async step<T>(
    batch: Batch,
    learningRate: number,
    run: (program: P, options: RunOptions) => Promise<T>,
  ): Promise<T> {
    const program = await this.#load("training", batch);
    this.machine.write(program, program.plan.inputs.learningRate, [learningRate]);
    const result = await run(program, pixelsOf(batch));
    this.#step += 1;
    this.#counts.add(batch);
    return result;
  }

  get #numLabelClasses(): number {
    return this.#options.numLabelClasses ?? this.plan.numClasses;
  }

  /** Returns the program for the batch's size, with labels, step count and prepared images in its inputs. */
  async #load(name: ProgramName, batch: Batch): Promise<P> {
    requireBatch(batch, this.#inputShape, this.#numLabelClasses);
    await this.machine.ready();
    const program = await this.#programFor(name, batch.numImages);
    const { inputs } = program.plan;
    if (batch.kind === "prepared") this.machine.write(program, inputs.images, batch.values);
    this.machine.write(program, inputs.labels, batch.labels);
    this.machine.write(program, inputs.step, [this.#step]);
    return program;
  }

  async #programFor(name: ProgramName, batchSize: number): Promise<P> {
    const key = keyOf(name, batchSize);
    const program = this.#programs.get(key) ?? (await this.machine.compile(name, batchSize));
    this.#programs.set(key, program);
    return program;
  }

  async #readNamed(program: P, ids: ReadonlyMap<string, BufferId>, reused?: Named): Promise<Named> {
    const arrays = reused && [...ids.keys()].map((name) => reused.get(name));
    const contents = await this.machine.read(program, [...ids.values()], arrays);
    return new Map(
      [...ids.keys()].flatMap((name, index) => {
        const values = contents[index];
        return values === undefined ? [] : [[name, values] as const];
      }),
    );
  }
}

function keyOf(name: ProgramName, batchSize: number): string {
  return `${name} ${batchSize}`;
}

function pixelsOf(batch: Batch): RunOptions {
  return batch.kind === "pixels" ? { pixels: batch } : {};
}

function inSinglePrecision(values: Float32Array | Float64Array = new Float32Array()): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

function allInSinglePrecision(named: Named): ReadonlyMap<string, Float32Array> {
  return new Map([...named].map(([name, values]) => [name, inSinglePrecision(values)]));
}
