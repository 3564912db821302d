/**
 * Trains in WebAssembly: the plan of the network replayed by SIMD kernels on one or several threads, everything of the
 * run in one linear memory. Needs no device, so it runs wherever a browser or Node does.
 */
import { type MapShape, mapSides } from "../../core/shape.ts";
import { initialWeights } from "../../network/initialize.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
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
import type { Threading } from "./helperThreads.ts";
import type { KernelModule } from "./kernelModule.ts";
import { type LaunchTime, WasmMachine } from "./wasmMachine.ts";
import { layOutProgram, type WasmProgram } from "./wasmProgram.ts";

/** One thread: all there is without shared memory. */
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
  return new WasmExecutor(options, kernels, threading);
}

export class WasmExecutor implements Executor {
  readonly info: ExecutorInfo;
  /** When a thread dies. */
  readonly deviceLost: Promise<string>;
  /** Once all threads listen; rejects with `engine.unavailable` where one does not come. */
  readonly ready: Promise<void>;
  readonly #options: ExecutorOptions;
  readonly #main: WasmProgram;
  readonly #machine: WasmMachine;
  readonly #inputShape: MapShape;
  readonly #preparation: LinearPreparation | undefined;
  /** By batch size: the last batch of an epoch may be smaller, those of an evaluation larger. */
  readonly #programs: Map<number, WasmProgram>;
  readonly #counts = new StepCounts();
  #step = 0;

  constructor(options: ExecutorOptions, kernels: KernelModule, threading: Threading) {
    this.#options = options;
    this.#main = layOutProgram(compile(options), threading.threads);
    const [, ...inputShape] = mapSides(this.#main.shape(this.#main.plan.inputs.images));
    this.#inputShape = inputShape;
    this.#preparation = linearPreparation(options.preparation, inputShape[2]);
    this.#machine = new WasmMachine(kernels, threading, this.#main);
    this.info = executorInfo(kernels, threading);
    this.deviceLost = this.#machine.lost;
    this.ready = this.#machine.ready;
    this.#programs = new Map([[options.batchSize, this.#main]]);
    this.#metrics()[2] = Number.NaN;
    this.writeWeights(initialWeights(options.graph, options.seed));
  }

  /** As it is run, marks included. */
  get plan(): TrainingPlan {
    return this.#main.plan;
  }

  async trainStep(batch: Batch, learningRate: number): Promise<void> {
    const program = await this.#load(batch);
    this.#setLearningRate(program, learningRate);
    this.#machine.run(program, "training");
    this.#count(batch);
  }

  /** As `trainStep`, with the time of each launch of the plan. */
  async profileStep(batch: Batch, learningRate: number): Promise<readonly LaunchTime[]> {
    const program = await this.#load(batch);
    this.#setLearningRate(program, learningRate);
    const times = this.#machine.profile(program, "training");
    this.#count(batch);
    return times;
  }

  async readMetrics(): Promise<TrainingMetrics> {
    const sums = this.#metrics();
    const metrics = this.#counts.take(sums, this.#hasNotFinite());
    sums.fill(0, 0, 2);
    return metrics;
  }

  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const judge = async (batch: Batch) => {
      const program = await this.#load(batch);
      this.#machine.run(program, "evaluation");
      const { results } = program.plan.programs.evaluation;
      const guesses = this.#machine.integers(program, results.predicted);
      return { guesses, losses: this.#machine.floats(program, results.imageLoss) };
    };
    return evaluateInTurn(batches, this.#numLabelClasses, judge, onProgress);
  }

  async predict(batch: Batch): Promise<Float32Array> {
    const program = await this.#load(batch);
    this.#machine.run(program, "prediction");
    return this.#machine.floats(program, program.plan.programs.prediction.results.output).slice();
  }

  async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    const program = await this.#load(batch);
    this.#machine.run(program, "training", ["forward", "backward"]);
    return new Map(
      program.plan.parameters.flatMap(({ path, gradient }) =>
        gradient === undefined
          ? []
          : [[path, this.#machine.floats(program, gradient).slice()] as const],
      ),
    );
  }

  async readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    return new Map(
      this.#main.plan.parameters.map(({ path, value }) => [
        path,
        this.#machine.floats(this.#main, value).slice(),
      ]),
    );
  }

  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [id, values] of placedWeights(this.#main.plan, weights))
      this.#machine.floats(this.#main, id).set(values);
  }

  async readState(): Promise<ExecutorState> {
    const vectors = [...stateBuffers(this.#main.plan)].map(
      ([label, id]) => [label, this.#machine.floats(this.#main, id).slice()] as const,
    );
    return { step: this.#step, vectors: new Map(vectors) };
  }

  writeState(state: ExecutorState): void {
    for (const [id, values] of placedState(this.#main.plan, state))
      this.#machine.floats(this.#main, id).set(values);
    this.#step = state.step;
  }

  memory(): ExecutorMemory {
    return { usedBytes: this.#machine.usedBytes, numTensors: this.#main.numBuffers };
  }

  dispose(): void {
    this.#programs.clear();
    this.#machine.dispose();
  }

  #setLearningRate(program: WasmProgram, learningRate: number): void {
    this.#machine.floats(program, program.plan.inputs.learningRate)[0] = learningRate;
  }

  #count(batch: Batch): void {
    this.#step += 1;
    this.#counts.add(batch);
  }

  get #numLabelClasses(): number {
    return this.#options.numLabelClasses ?? this.#main.plan.numClasses;
  }

  #hasNotFinite(): boolean {
    return this.#main.plan.parameters.some(({ value }) =>
      hasNotFinite(this.#machine.floats(this.#main, value)),
    );
  }

  #metrics(): Float32Array {
    return this.#machine.floats(this.#main, this.#main.plan.metrics);
  }

  /** The program for the batch's size, with the batch and the step's count in its inputs. */
  async #load(batch: Batch): Promise<WasmProgram> {
    await this.#machine.ready;
    const { inputs } = this.#main.plan;
    requireBatch(batch, this.#inputShape, this.#numLabelClasses);
    const program = this.#programFor(batch.numImages);
    this.#prepare(batch, program);
    this.#machine.integers(program, inputs.labels).set(batch.labels);
    this.#machine.integers(program, inputs.step)[0] = this.#step;
    return program;
  }

  #programFor(batchSize: number): WasmProgram {
    const existing = this.#programs.get(batchSize);
    if (existing !== undefined) return existing;
    const program = layOutProgram(compile({ ...this.#options, batchSize }), this.#machine.threads);
    this.#machine.reserve(program.numBytes);
    this.#programs.set(batchSize, program);
    return program;
  }

  #prepare(batch: Batch, program: WasmProgram): void {
    const { images } = this.#main.plan.inputs;
    if (batch.kind === "prepared") {
      this.#machine.floats(program, images).set(batch.values);
      return;
    }
    const { pixels, height, width, channels, numImages, maps } = batch;
    // Behind everything else lie stored pixels and their maps, then the call that prepares them and its scratch memory.
    const staging = program.numBytes;
    const mapsAt = staging + Math.ceil(pixels.byteLength / 64) * 64;
    const at = mapsAt + Math.ceil((maps?.byteLength ?? 0) / 64) * 64;
    this.#machine.reserve(at);
    this.#machine.bytes(staging, pixels.byteLength).set(bytesOf(pixels));
    if (maps !== undefined) this.#machine.bytes(mapsAt, maps.byteLength).set(bytesOf(maps));
    const [preparedHeight, preparedWidth, preparedChannels] = this.#inputShape;
    const call = {
      ...{ pixels: staging, maps: maps === undefined ? 0 : mapsAt, height, width, channels },
      ...{ preparedHeight, preparedWidth, preparedChannels, target: program.address(images) },
      hasFloats: pixels instanceof Float32Array,
      ...preparationArguments(this.#preparation),
    };
    const scratchBytes = Math.ceil((4 * height * width * channels) / 64) * 64;
    this.#machine.runCall(
      { kernel: "prepareImages", chunks: numImages, arguments: call },
      at,
      scratchBytes,
    );
  }
}

function preparationArguments(linear: LinearPreparation | undefined) {
  if (linear === undefined) return { preparation: "standardized", scale: 1, offsets: [] } as const;
  const preparation = linear.reversed ? "linearReversed" : "linear";
  return { preparation, scale: linear.scale, offsets: linear.offsets } as const;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function executorInfo({ simd }: KernelModule, { threads }: Threading): ExecutorInfo {
  return {
    engine: "wasm",
    label: `CPU, compiled · SIMD, ${threads === 1 ? "one thread" : `${threads} threads`}`,
    device: `WebAssembly, ${simd} SIMD`,
    backend: "wasm-simd",
  };
}

function compile(options: ExecutorOptions): TrainingPlan {
  return applyPasses(compilePlan(options), PASS_NAMES);
}
