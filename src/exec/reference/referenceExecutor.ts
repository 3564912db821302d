/**
 * The oracle: the plan's executor in plain TypeScript and float64, far too slow to train anything worth having.
 * Tests hold every other engine against it; it holds itself against finite differences and real Keras.
 */
import { type MapShape, mapSides } from "../../core/shape.ts";
import { initialWeights } from "../../network/initialize.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { storeHalves } from "../../plan/halves.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
import { type LinearPreparation, linearPreparation } from "../../settings/preparation.ts";
import { evaluateInTurn } from "../evaluationTally.ts";
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
import { hasNotFinite } from "../notFinite.ts";
import { placedState, stateBuffers } from "../planState.ts";
import { placedWeights } from "../planWeights.ts";
import { requireBatch } from "../requirements.ts";
import { StepCounts } from "../stepCounts.ts";
import { ReferenceMachine } from "./machine.ts";
import { prepareBatch } from "./prepareBatch.ts";

/** @throws PlaygroundError `network.*` */
export function createReferenceExecutor(options: ExecutorOptions): Executor {
  return new ReferenceExecutor(options);
}

class ReferenceExecutor implements Executor {
  readonly info: ExecutorInfo = {
    engine: "reference",
    label: "Reference",
    device: "float64 on one thread",
    backend: "typescript",
  };
  /** Never: there is no device to lose. */
  readonly deviceLost: Promise<string> = new Promise(() => {});
  readonly #options: ExecutorOptions;
  readonly #plan: TrainingPlan;
  readonly #inputShape: MapShape;
  readonly #preparation: LinearPreparation | undefined;
  /** Of the plan for the run's own batch size; holds what outlives a step. */
  readonly #main: ReferenceMachine;
  /** By batch size: the last batch of an epoch may be smaller. */
  readonly #machines: Map<number, ReferenceMachine>;
  readonly #counts = new StepCounts();
  #step = 0;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#plan = planOf(options);
    this.#main = new ReferenceMachine(this.#plan);
    const [, ...inputShape] = mapSides(this.#main.shape(this.#plan.inputs.images));
    this.#inputShape = inputShape;
    this.#preparation = linearPreparation(options.preparation, inputShape[2]);
    this.#main.values(this.#plan.metrics)[2] = Number.NaN;
    this.#machines = new Map([[options.batchSize, this.#main]]);
    this.writeWeights(initialWeights(options.graph, options.seed));
  }

  async trainStep(batch: Batch, learningRate: number): Promise<void> {
    const machine = this.#load(batch);
    machine.values(this.#plan.inputs.learningRate)[0] = learningRate;
    machine.run("training");
    this.#step += 1;
    this.#counts.add(batch);
  }

  async readMetrics(): Promise<TrainingMetrics> {
    const sums = this.#main.values(this.#plan.metrics);
    const broken = this.#plan.parameters.some(({ value }) =>
      hasNotFinite(this.#main.values(value)),
    );
    const metrics = this.#counts.take(sums, broken);
    sums.fill(0, 0, 2);
    return metrics;
  }

  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const judge = (batch: Batch) => {
      const machine = this.#load(batch);
      machine.run("evaluation");
      const { results } = machine.plan.programs.evaluation;
      return {
        guesses: machine.values(results.predicted),
        losses: machine.values(results.imageLoss),
      };
    };
    return evaluateInTurn(batches, this.#numLabelClasses, judge, onProgress);
  }

  async predict(batch: Batch): Promise<Float32Array> {
    const machine = this.#load(batch);
    machine.run("prediction");
    return Float32Array.from(machine.values(machine.plan.programs.prediction.results.output));
  }

  async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    const machine = this.#load(batch);
    machine.run("training", ["forward", "backward"]);
    return new Map(
      this.#plan.parameters.flatMap(({ path, gradient }) =>
        gradient === undefined
          ? []
          : [[path, Float32Array.from(machine.values(gradient))] as const],
      ),
    );
  }

  async readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    return new Map(
      this.#plan.parameters.map(({ path, value }) => [
        path,
        Float32Array.from(this.#main.values(value)),
      ]),
    );
  }

  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [id, values] of placedWeights(this.#plan, weights))
      this.#main.values(id).set(values);
  }

  async readState(): Promise<ExecutorState> {
    const vectors = [...stateBuffers(this.#plan)].map(
      ([label, id]) => [label, this.#main.values(id).slice()] as const,
    );
    return { step: this.#step, vectors: new Map(vectors) };
  }

  writeState(state: ExecutorState): void {
    for (const [id, values] of placedState(this.#plan, state)) this.#main.values(id).set(values);
    this.#step = state.step;
  }

  memory(): ExecutorMemory {
    const machines = [...this.#machines.values()];
    return {
      usedBytes: machines.reduce((total, machine) => total + machine.usedBytes, 0),
      numTensors: machines.reduce((total, machine) => total + machine.numBuffers, 0),
    };
  }

  dispose(): void {
    this.#machines.clear();
  }

  get #numLabelClasses(): number {
    return this.#options.numLabelClasses ?? this.#plan.numClasses;
  }

  /** The machine for the batch's size, with the batch and the step's count in its inputs. */
  #load(batch: Batch): ReferenceMachine {
    const { inputs } = this.#plan;
    requireBatch(batch, this.#inputShape, this.#numLabelClasses);
    const machine = this.#machineFor(batch.numImages);
    prepareBatch(batch, this.#inputShape, this.#preparation, machine.values(inputs.images));
    machine.values(inputs.labels).set(batch.labels);
    machine.values(inputs.step)[0] = this.#step;
    return machine;
  }

  #machineFor(batchSize: number): ReferenceMachine {
    const existing = this.#machines.get(batchSize);
    if (existing !== undefined) return existing;
    const plan = planOf({ ...this.#options, batchSize });
    const machine = new ReferenceMachine(plan, this.#main);
    this.#machines.set(batchSize, machine);
    return machine;
  }
}

/** What the marks leave unstored is never rounded. */
function planOf(options: ExecutorOptions): TrainingPlan {
  const plan = compilePlan(options);
  return options.mixedPrecision ? storeHalves(applyPasses(plan, PASS_NAMES)) : plan;
}
