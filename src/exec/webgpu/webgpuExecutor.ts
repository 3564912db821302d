/**
 * Trains on a graphics card: the plan of the network as prebuilt dispatches, one submit a step where it is short (`pacing.ts`). Weights, gradients and the
 * optimiser's state stay on the device; what crosses is the batch, as bytes, and what somebody asks for.
 */
import { sizeOf } from "../../core/shape.ts";
import { bufferAt, type Phase } from "../../plan/buffers.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
import { initialWeights } from "../../spec/initialize.ts";
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
  LossScale,
  StepWork,
  TrainingMetrics,
} from "../executor.ts";
import { placedState, stateBuffers } from "../planState.ts";
import { placedWeights } from "../planWeights.ts";
import { requireBatch } from "../requirements.ts";
import { StepCounts } from "../stepCounts.ts";
import { type BoundProgram, bindProgram, prepareBatch } from "./boundProgram.ts";
import { initialLossScale, LOSS_SCALE_NUMBERS } from "./kernels/lossScale.ts";
import type { OpenDevice } from "./openDevice.ts";
import { LONGEST_SUBMIT_MS, PacedList, type Submitter } from "./pacing.ts";
import type { Tensor } from "./shader.ts";
import { type GroupTimes, timeGroups } from "./timing.ts";
import {
  type BoundList,
  type CompileProgress,
  type MachineCounts,
  storageOf,
  WebgpuMachine,
} from "./webgpuMachine.ts";
import type { PlacedDispatch } from "./webgpuProgram.ts";

type ProgramLists = ReadonlyMap<Phase, BoundList>;

/** Submits that may wait on the device, so that a run can be paused and its memory stays small. */
const MOST_WAITING = 2;

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
    const main = await bindProgram(options, machine, onProgress);
    const executor = new WebgpuExecutor(options, open, machine, main, longestSubmitMs);
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
  readonly #main: BoundProgram;
  /** By batch size: the last batch of an epoch may be smaller, those of an evaluation larger. */
  readonly #programs: Map<number, BoundProgram>;
  readonly #longestSubmitMs: number;
  readonly #paced = new Map<ProgramLists, PacedList>();
  readonly #waiting: Promise<void>[] = [];
  readonly #counts = new StepCounts();
  #step = 0;
  #stepWork: StepWork | undefined;

  constructor(
    options: ExecutorOptions,
    open: OpenDevice,
    machine: WebgpuMachine,
    main: BoundProgram,
    longestSubmitMs: number,
  ) {
    this.#options = options;
    this.#machine = machine;
    this.#main = main;
    this.#longestSubmitMs = longestSubmitMs;
    this.#programs = new Map([[options.batchSize, main]]);
    this.deviceLost = open.lost;
    this.info = {
      engine: "webgpu",
      label: "WebGPU, compiled",
      device: open.title,
      backend: "webgpu-compiled",
    };
    this.#writeFloats(main, main.plan.metrics, [0, 0, Number.NaN]);
    if (main.lossScale !== undefined) this.#write(main, main.lossScale, initialLossScale());
  }

  get plan(): TrainingPlan {
    return this.#main.plan;
  }

  /** Of the batch size that the run was set to, without the preparation of its images. */
  get dispatchesPerStep(): number {
    return this.#main.lists.training.length;
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
    const { program, preparation } = await this.#load(batch);
    this.#writeFloats(program, program.plan.inputs.learningRate, [learningRate]);
    const before = this.#machine.counts;
    await this.#run(program.bound.training, preparation);
    this.#stepWork = countsBetween(before, this.#machine.counts);
    this.#step += 1;
    this.#counts.add(batch);
  }

  /** As `trainStep`, with the time of each dispatch on the device. */
  async profileStep(batch: Batch, learningRate: number): Promise<readonly DispatchTime[]> {
    const { program, preparation } = await this.#load(batch);
    this.#writeFloats(program, program.plan.inputs.learningRate, [learningRate]);
    this.#machine.run(preparation);
    const phases = [...program.bound.training.keys()];
    const dispatches = phases.flatMap((phase) =>
      program.lists.training.filter((dispatch) => dispatch.phase === phase),
    );
    const bound = phases.flatMap((phase) => program.bound.training.get(phase) ?? []);
    const { ms, clock } = await timeGroups(
      this.#machine.device,
      bound.map((dispatch) => [dispatch]),
    );
    this.#step += 1;
    this.#counts.add(batch);
    return dispatches.map((dispatch, index) => ({ dispatch, clock, ms: ms[index] ?? Number.NaN }));
  }

  async readMetrics(): Promise<TrainingMetrics> {
    const { metrics } = this.#main.plan;
    const sums = await this.#floats(this.#main, metrics);
    this.#writeFloats(this.#main, metrics, [0, 0]);
    const lossScale = await this.#readLossScale();
    return { ...this.#counts.take(sums), ...(lossScale !== undefined && { lossScale }) };
  }

  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const judge = async (batch: Batch) => {
      const { program, preparation } = await this.#load(batch);
      await this.#run(program.bound.evaluation, preparation);
      const { results } = program.plan.programs.evaluation;
      const guesses = new Int32Array(await this.#read(program, results.predicted));
      return { guesses, losses: await this.#floats(program, results.imageLoss) };
    };
    return evaluateInTurn(batches, this.#numLabelClasses, judge, onProgress);
  }

  async predict(batch: Batch): Promise<Float32Array> {
    const { program, preparation } = await this.#load(batch);
    await this.#run(program.bound.prediction, preparation);
    return this.#floats(program, program.plan.programs.prediction.results.output);
  }

  async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    const { program, preparation } = await this.#load(batch);
    const { training } = program.bound;
    this.#machine.run(preparation, training.get("forward") ?? [], training.get("backward") ?? []);
    const gradients = new Map<string, Float32Array>();
    const { scale } = (await this.#readLossScale()) ?? { scale: 1 };
    for (const { path, gradient } of program.plan.parameters) {
      if (gradient === undefined) continue;
      const scaled = await this.#floats(program, gradient);
      gradients.set(path, scale === 1 ? scaled : scaled.map((value) => value / scale));
    }
    return gradients;
  }

  async readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    const weights = new Map<string, Float32Array>();
    for (const { path, value } of this.#main.plan.parameters)
      weights.set(path, await this.#floats(this.#main, value));
    return weights;
  }

  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [id, values] of placedWeights(this.#main.plan, weights))
      this.#writeFloats(this.#main, id, values);
  }

  async readState(): Promise<ExecutorState> {
    const { plan, buffers, storages, tensor } = this.#main;
    const arenas = new Map<string, ArrayBuffer>();
    const vectors = new Map<string, Float32Array>();
    for (const [label, id] of stateBuffers(plan)) {
      const { storage, base } = tensor(id);
      const size = sizeOf(bufferAt(plan.buffers, id).shape);
      // A whole arena is one transfer.
      const arena =
        arenas.get(storage) ??
        (await this.#machine.read(storageOf(buffers, storage), 4 * (storages.get(storage) ?? 0)));
      arenas.set(storage, arena);
      vectors.set(label, new Float32Array(arena, 4 * base, size));
    }
    const { lossScale } = this.#main;
    if (lossScale !== undefined) {
      const buffer = storageOf(buffers, lossScale.storage);
      const scale = await this.#machine.read(buffer, 4 * LOSS_SCALE_NUMBERS);
      vectors.set(lossScale.storage, new Float32Array(scale));
    }
    return { step: this.#step, vectors };
  }

  writeState(state: ExecutorState): void {
    const { plan, lossScale } = this.#main;
    const vectors = new Map(state.vectors);
    const scale = lossScale && vectors.get(lossScale.storage);
    if (lossScale !== undefined && scale !== undefined) {
      this.#write(this.#main, lossScale, scale);
      vectors.delete(lossScale.storage);
    }
    for (const [id, values] of placedState(plan, { ...state, vectors }))
      this.#writeFloats(this.#main, id, values);
    this.#step = state.step;
  }

  deviceWeights(): DeviceWeights {
    const { plan, buffers, tensor } = this.#main;
    const places = plan.parameters.map(({ path, value }) => {
      const { storage, base } = tensor(value);
      const numBytes = 4 * sizeOf(bufferAt(plan.buffers, value).shape);
      return [
        path,
        { buffer: storageOf(buffers, storage), byteOffset: 4 * base, numBytes },
      ] as const;
    });
    return { device: this.#machine.device, places: new Map(places) };
  }

  takeDeviceWeights({ device, places }: DeviceWeights): void {
    copyPlaces(device, places, this.deviceWeights().places);
  }

  memory(): ExecutorMemory {
    const { usedBytes, counts } = this.#machine;
    return { usedBytes, numTensors: counts.buffers };
  }

  dispose(): void {
    this.#programs.clear();
    this.#paced.clear();
    this.#machine.close();
  }

  get #numLabelClasses(): number {
    return this.#options.numLabelClasses ?? this.#main.plan.numClasses;
  }

  async #run(lists: ProgramLists, preparation: BoundList): Promise<void> {
    const paced =
      this.#paced.get(lists) ?? new PacedList([...lists.values()].flat(), this.#longestSubmitMs);
    this.#paced.set(lists, paced);
    await paced.run(this.#submitter, preparation);
  }

  readonly #submitter: Submitter = {
    submit: async (...lists) => {
      this.#machine.run(...lists);
      this.#waiting.push(this.#machine.finish());
      if (this.#waiting.length > MOST_WAITING) await this.#waiting.shift();
    },
    time: async (...lists) => {
      await Promise.all(this.#waiting.splice(0));
      await this.#machine.finish();
      const started = performance.now();
      this.#machine.run(...lists);
      await this.#machine.finish();
      return performance.now() - started;
    },
  };

  #writeFloats(program: BoundProgram, id: number, values: ArrayLike<number>): void {
    this.#write(program, program.tensor(id), values);
  }

  /** Undefined where nothing is stored in 16 bits. */
  async #readLossScale(): Promise<LossScale | undefined> {
    const { lossScale, buffers } = this.#main;
    if (lossScale === undefined) return undefined;
    const buffer = storageOf(buffers, lossScale.storage);
    const state = await this.#machine.read(buffer, 4 * LOSS_SCALE_NUMBERS);
    const [scale = Number.NaN, , , skippedSteps = 0] = new Float32Array(state);
    return { scale, skippedSteps };
  }

  #write(program: BoundProgram, { storage, base }: Tensor, values: ArrayLike<number>): void {
    this.#machine.write(storageOf(program.buffers, storage), Float32Array.from(values), 4 * base);
  }

  async #read(program: BoundProgram, id: number): Promise<ArrayBuffer> {
    const { storage, base } = program.tensor(id);
    const size = sizeOf(bufferAt(program.plan.buffers, id).shape);
    return this.#machine.read(storageOf(program.buffers, storage), 4 * size, 4 * base);
  }

  async #floats(program: BoundProgram, id: number): Promise<Float32Array> {
    return new Float32Array(await this.#read(program, id));
  }

  /** The program for the batch's size, with the batch and the step's count on the device. */
  async #load(batch: Batch) {
    const { inputs } = this.#main.plan;
    requireBatch(batch, this.#main.inputShape, this.#numLabelClasses);
    this.#machine.throwFault();
    const program = await this.#programFor(batch.numImages);
    const write = (id: number, values: Int32Array<ArrayBuffer>) =>
      this.#machine.write(storageOf(program.buffers, program.tensor(id).storage), values);
    write(inputs.labels, Int32Array.from(batch.labels));
    write(inputs.step, Int32Array.of(this.#step));
    if (batch.kind === "pixels") {
      const preparation = await prepareBatch(batch, program, this.#options, this.#machine);
      return { program, preparation };
    }
    this.#writeFloats(program, inputs.images, batch.values);
    return { program, preparation: [] };
  }

  async #programFor(batchSize: number): Promise<BoundProgram> {
    const existing = this.#programs.get(batchSize);
    if (existing !== undefined) return existing;
    const program = await bindProgram({ ...this.#options, batchSize }, this.#machine);
    this.#programs.set(batchSize, program);
    return program;
  }
}
