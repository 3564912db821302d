/**
 * Trains in WebAssembly: the plan of the network replayed by SIMD kernels on one thread, everything of the run in
 * one linear memory. Needs no device, so it runs wherever a browser or Node does.
 */
import { type MapShape, sizeOf } from "../../core/shape.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { applyPasses } from "../../plan/passes/registry.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
import { initialWeights } from "../../spec/initialize.ts";
import { createEvaluationTally } from "../evaluationTally.ts";
import type {
  Batch,
  Evaluation,
  Executor,
  ExecutorInfo,
  ExecutorMemory,
  ExecutorOptions,
  TrainingMetrics,
} from "../executor.ts";
import { requireBatch, requireWeights } from "../requirements.ts";
import { mapSides } from "./lower/lowering.ts";
import { WasmMachine } from "./wasmMachine.ts";
import { layOutProgram, type WasmProgram } from "./wasmProgram.ts";

/**
 * @param module the kernels, compiled from `kernels.wasm`.
 * @throws PlaygroundError `network.*`, `engine.out-of-memory`, `engine.unavailable`
 */
export function createWasmExecutor(options: ExecutorOptions, module: WebAssembly.Module): Executor {
  return new WasmExecutor(options, module);
}

class WasmExecutor implements Executor {
  readonly info: ExecutorInfo = {
    engine: "wasm",
    label: "CPU, compiled · SIMD",
    device: "WebAssembly on one thread",
    backend: "wasm-simd",
  };
  /** Never: there is no device to lose. */
  readonly deviceLost: Promise<string> = new Promise(() => {});
  readonly #options: ExecutorOptions;
  readonly #main: WasmProgram;
  readonly #machine: WasmMachine;
  /** By batch size: the last batch of an epoch may be smaller, those of an evaluation larger. */
  readonly #programs: Map<number, WasmProgram>;
  #step = 0;
  #numImages = 0;
  #numSteps = 0;

  constructor(options: ExecutorOptions, module: WebAssembly.Module) {
    this.#options = options;
    this.#main = layOutProgram(compile(options));
    this.#machine = new WasmMachine(module, this.#main);
    this.#programs = new Map([[options.batchSize, this.#main]]);
    this.#metrics()[2] = Number.NaN;
    this.writeWeights(initialWeights(options.graph, options.seed));
  }

  async trainStep(batch: Batch, learningRate: number): Promise<void> {
    const program = this.#load(batch);
    this.#machine.floats(program, program.plan.inputs.learningRate)[0] = learningRate;
    this.#machine.run(program, "training");
    this.#step += 1;
    this.#numImages += batch.numImages;
    this.#numSteps += 1;
  }

  async readMetrics(): Promise<TrainingMetrics> {
    const sums = this.#metrics();
    const [lossSum = Number.NaN, numCorrect = Number.NaN, lastLoss = Number.NaN] = sums;
    const [numImages, numSteps] = [this.#numImages, this.#numSteps];
    sums.fill(0, 0, 2);
    this.#numImages = 0;
    this.#numSteps = 0;
    return { lossSum, numCorrect, numImages, numSteps, lastLoss };
  }

  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const tally = createEvaluationTally(this.#main.plan.numClasses);
    for await (const batch of batches) {
      const program = this.#load(batch);
      this.#machine.run(program, "evaluation");
      const { results } = program.plan.programs.evaluation;
      const guesses = this.#machine.integers(program, results.predicted);
      let lossSum = 0;
      for (const loss of this.#machine.floats(program, results.imageLoss)) lossSum += loss;
      tally.add(batch.labels, guesses, lossSum);
      await onProgress?.(tally.numImages);
    }
    return tally.result();
  }

  async predict(batch: Batch): Promise<Float32Array> {
    const program = this.#load(batch);
    this.#machine.run(program, "prediction");
    return this.#machine.floats(program, program.plan.programs.prediction.results.output).slice();
  }

  async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    const program = this.#load(batch);
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
    const ids = new Map(this.#main.plan.parameters.map(({ path, value }) => [path, value]));
    const sizes = new Map([...ids].map(([path, id]) => [path, sizeOf(this.#main.shape(id))]));
    requireWeights(weights, sizes);
    for (const [path, values] of weights) {
      const id = ids.get(path);
      if (id !== undefined) this.#machine.floats(this.#main, id).set(values);
    }
  }

  memory(): ExecutorMemory {
    return { usedBytes: this.#machine.usedBytes, numTensors: this.#main.numBuffers };
  }

  dispose(): void {
    this.#programs.clear();
  }

  #metrics(): Float32Array {
    return this.#machine.floats(this.#main, this.#main.plan.metrics);
  }

  /** The program for the batch's size, with the batch and the step's count in its inputs. */
  #load(batch: Batch): WasmProgram {
    const { inputs, numClasses } = this.#main.plan;
    const [, height, width, channels] = mapSides(this.#main.shape(inputs.images));
    requireBatch(batch, [height, width, channels], numClasses);
    const program = this.#programFor(batch.numImages);
    this.#prepare(batch, program, [height, width, channels]);
    this.#machine.integers(program, inputs.labels).set(batch.labels);
    this.#machine.integers(program, inputs.step)[0] = this.#step;
    return program;
  }

  #programFor(batchSize: number): WasmProgram {
    const existing = this.#programs.get(batchSize);
    if (existing !== undefined) return existing;
    const program = layOutProgram(compile({ ...this.#options, batchSize }));
    this.#machine.reserve(program.numBytes);
    this.#programs.set(batchSize, program);
    return program;
  }

  #prepare(batch: Batch, program: WasmProgram, shape: MapShape): void {
    const { images } = this.#main.plan.inputs;
    if (batch.kind === "prepared") {
      this.#machine.floats(program, images).set(batch.values);
      return;
    }
    const { pixels, height, width, numImages, maps } = batch;
    // Stored pixels lie behind everything else; their maps and the standardised image behind them.
    const staging = program.numBytes;
    const mapsAt = staging + Math.ceil(pixels.length / 16) * 16;
    const grey = mapsAt + (maps?.byteLength ?? 0);
    this.#machine.reserve(grey + 4 * height * width);
    this.#machine.bytes(staging, pixels.length).set(pixels);
    if (maps !== undefined) this.#machine.bytes(mapsAt, maps.byteLength).set(bytesOf(maps));
    const stored = [staging, maps === undefined ? 0 : mapsAt, numImages, height, width];
    this.#machine.prepareImages([...stored, ...shape, grey, program.address(images)]);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function compile(options: ExecutorOptions): TrainingPlan {
  return applyPasses(compilePlan(options), ["fuseBatchNormRelu"]);
}
