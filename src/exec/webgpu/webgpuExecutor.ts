/**
 * Trains on a graphics card: the plan of the network as prebuilt dispatches, one submit a step where it is short. Weights,
 * gradients and the optimiser's state stay on the device; what crosses is the batch, as bytes, and what somebody asks for.
 */

import { initialWeights } from "../../network/initialize.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
import { copyPlaces, type DeviceWeights, type WeightsOnDevice } from "../copyWeights.ts";
import { countsBetween } from "../deviceMeter.ts";
import { evaluateInTurn } from "../evaluationTally.ts";
import type {
  Batch,
  Evaluation,
  Executor,
  ExecutorInfo,
  ExecutorMemory,
  ExecutorOptions,
  ExecutorState,
  StepWork,
  TrainingMetrics,
} from "../executor.ts";
import { requireBatch } from "../requirements.ts";
import { StepCounts } from "../stepCounts.ts";
import { bindProgram, prepareBatch } from "./boundProgram.ts";
import type { OpenDevice } from "./openDevice.ts";
import { LONGEST_SUBMIT_MS } from "./pacing.ts";
import { type ProbedKernels, probeKernels } from "./probeKernels.ts";
import { ProgramMemory } from "./programMemory.ts";
import { SubmitQueue } from "./submitQueue.ts";
import { type GroupTimes, timeGroups } from "./timing.ts";
import { type CompileProgress, type MachineCounts, WebgpuMachine } from "./webgpuMachine.ts";
import type { PlacedDispatch } from "./webgpuProgram.ts";

/**
 * @param open closed with the executor, or when this throws.
 * @param longestSubmitMs a step that takes longer is cut into several submits.
 * @throws PlaygroundError `network.*`, `engine.out-of-memory`, `internal` for a kernel that does not compile
 */
export async function createWebgpuExecutor(
  options: ExecutorOptions,
  open: OpenDevice,
  onProgress?: CompileProgress,
  longestSubmitMs: number = LONGEST_SUBMIT_MS,
): Promise<WebgpuExecutor> {
  const machine = new WebgpuMachine(open);
  try {
    const main = new ProgramMemory(await bindProgram(options, machine, onProgress), machine);
    const queue = new SubmitQueue(machine, longestSubmitMs);
    const executor = new WebgpuExecutor(options, open, machine, queue, main);
    executor.writeWeights(initialWeights(options.graph, options.seed));
    return executor;
  } catch (error) {
    machine.close();
    throw error;
  }
}

/** One dispatch of a training step, measured. */
export interface DispatchTime {
  readonly dispatch: PlacedDispatch;
  readonly clock: GroupTimes["clock"];
  readonly ms: number;
}

export class WebgpuExecutor implements Executor, WeightsOnDevice {
  readonly info: ExecutorInfo;
  readonly deviceLost: Promise<string>;
  readonly #options: ExecutorOptions;
  readonly #machine: WebgpuMachine;
  readonly #queue: SubmitQueue;
  readonly #main: ProgramMemory;
  /** By batch size: the last batch of an epoch may be smaller, those of an evaluation larger. */
  readonly #memories: Map<number, ProgramMemory>;
  readonly #counts = new StepCounts();
  #step = 0;
  #stepWork: StepWork | undefined;

  constructor(
    options: ExecutorOptions,
    open: OpenDevice,
    machine: WebgpuMachine,
    queue: SubmitQueue,
    main: ProgramMemory,
  ) {
    this.#options = options;
    this.#machine = machine;
    this.#queue = queue;
    this.#main = main;
    this.#memories = new Map([[options.batchSize, main]]);
    this.deviceLost = open.lost;
    this.info = {
      engine: "webgpu",
      label: "WebGPU, compiled",
      device: open.title,
      backend: "webgpu-compiled",
    };
    main.write(this.plan.metrics, [0, 0, Number.NaN]);
    main.startLossScale();
  }

  /**
   * Compares what the kernels of a step compute with float64, before the first step; weights are the initial ones afterwards.
   *
   * @throws PlaygroundError `engine.unavailable` for a kernel that computes something else
   */
  async probe(): Promise<ProbedKernels> {
    const probed = await probeKernels(this.#main.program, this.#machine);
    this.writeWeights(initialWeights(this.#options.graph, this.#options.seed));
    return probed;
  }

  get plan(): TrainingPlan {
    return this.#main.program.plan;
  }

  /** Of the batch size that the run was set to, without the preparation of its images. */
  get dispatchesPerStep(): number {
    return this.#main.program.lists.training.length;
  }

  /** Which kernels were chosen on this device, where there was a choice. */
  get productWords(): string {
    return this.#machine.productWords;
  }

  /** Device objects made and work submitted so far. */
  get counts(): MachineCounts {
    return this.#machine.counts;
  }

  get stepWork(): StepWork | undefined {
    return this.#stepWork;
  }

  async trainStep(batch: Batch, learningRate: number): Promise<void> {
    const { memory, preparation } = await this.#load(batch);
    memory.write(memory.program.plan.inputs.learningRate, [learningRate]);
    const before = this.#machine.counts;
    await this.#queue.run(memory.program.bound.training, preparation);
    this.#stepWork = countsBetween(before, this.#machine.counts);
    this.#count(batch);
  }

  /** As `trainStep`, with the time of each dispatch on the device. */
  async profileStep(batch: Batch, learningRate: number): Promise<readonly DispatchTime[]> {
    const { memory, preparation } = await this.#load(batch);
    memory.write(memory.program.plan.inputs.learningRate, [learningRate]);
    this.#machine.run(preparation);
    const { bound, lists } = memory.program;
    const phases = [...bound.training.keys()];
    const dispatches = phases.flatMap((phase) =>
      lists.training.filter((dispatch) => dispatch.phase === phase),
    );
    const { ms, clock } = await timeGroups(
      this.#machine.device,
      phases.flatMap((phase) => bound.training.get(phase) ?? []).map((dispatch) => [dispatch]),
    );
    this.#count(batch);
    return dispatches.map((dispatch, index) => ({ dispatch, clock, ms: ms[index] ?? Number.NaN }));
  }

  async readMetrics(): Promise<TrainingMetrics> {
    const { sums, hasNotFinite, lossScale } = await this.#main.readMetrics();
    this.#main.write(this.plan.metrics, [0, 0]);
    return {
      ...this.#counts.take(sums, hasNotFinite),
      ...(lossScale !== undefined && { lossScale }),
    };
  }

  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const judge = async (batch: Batch) => {
      const { memory, preparation } = await this.#load(batch);
      const { plan, bound } = memory.program;
      await this.#queue.run(bound.evaluation, preparation);
      const { results } = plan.programs.evaluation;
      const [guesses, losses] = await memory.readAll(results.predicted, results.imageLoss);
      return {
        guesses: new Int32Array(guesses ?? new ArrayBuffer(0)),
        losses: new Float32Array(losses ?? new ArrayBuffer(0)),
      };
    };
    return evaluateInTurn(batches, this.#numLabelClasses, judge, onProgress);
  }

  async predict(batch: Batch): Promise<Float32Array> {
    const { memory, preparation } = await this.#load(batch);
    const { plan, bound } = memory.program;
    await this.#queue.run(bound.prediction, preparation);
    return memory.floats(plan.programs.prediction.results.output);
  }

  async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    const { memory, preparation } = await this.#load(batch);
    const { training } = memory.program.bound;
    this.#machine.run(preparation, training.get("forward") ?? [], training.get("backward") ?? []);
    const gradients = await memory.readGradients();
    const { scale } = (await this.#main.readLossScale()) ?? { scale: 1 };
    if (scale === 1) return gradients;
    return new Map(
      [...gradients].map(([path, scaled]) => [path, scaled.map((value) => value / scale)]),
    );
  }

  readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#main.readWeights();
  }

  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    this.#main.writeWeights(weights);
  }

  async readState(): Promise<ExecutorState> {
    return { step: this.#step, vectors: await this.#main.readVectors() };
  }

  writeState(state: ExecutorState): void {
    this.#main.writeVectors(state);
    this.#step = state.step;
  }

  deviceWeights(): DeviceWeights {
    return { device: this.#machine.device, places: this.#main.weightPlaces() };
  }

  takeDeviceWeights({ device, places }: DeviceWeights): void {
    this.#machine.ask(() => copyPlaces(device, places, this.#main.weightPlaces()));
  }

  memory(): ExecutorMemory {
    const { usedBytes, counts } = this.#machine;
    return { usedBytes, numTensors: counts.buffers };
  }

  dispose(): void {
    this.#memories.clear();
    this.#machine.close();
  }

  get #numLabelClasses(): number {
    return this.#options.numLabelClasses ?? this.plan.numClasses;
  }

  #count(batch: Batch): void {
    this.#step += 1;
    this.#counts.add(batch);
  }

  /** The program for the batch's size, with the batch and the step's count on the device. */
  async #load(batch: Batch) {
    requireBatch(batch, this.#main.program.inputShape, this.#numLabelClasses);
    this.#machine.throwFault();
    const memory = await this.#memoryFor(batch.numImages);
    const { inputs } = memory.program.plan;
    memory.writeIntegers(inputs.labels, Int32Array.from(batch.labels));
    memory.writeIntegers(inputs.step, Int32Array.of(this.#step));
    if (batch.kind === "pixels") {
      const preparation = await prepareBatch(batch, memory.program, this.#options, this.#machine);
      return { memory, preparation };
    }
    memory.write(inputs.images, batch.values);
    return { memory, preparation: [] };
  }

  async #memoryFor(batchSize: number): Promise<ProgramMemory> {
    const existing = this.#memories.get(batchSize);
    if (existing !== undefined) return existing;
    const program = await bindProgram({ ...this.#options, batchSize }, this.#machine);
    const memory = new ProgramMemory(program, this.#machine);
    this.#memories.set(batchSize, memory);
    return memory;
  }
}
