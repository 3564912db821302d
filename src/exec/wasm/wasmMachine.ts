/** A `PlanMachine` on WebAssembly: all programs of a run in one linear memory, run by SIMD kernels on one or several threads. */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { type MapShape, mapSides, sizeOf } from "../../core/shape.ts";
import { type BufferId, bufferAt, type ProgramName } from "../../plan/buffers.ts";
import { type LinearPreparation, linearPreparation } from "../../settings/preparation.ts";
import type { ExecutorInfo, ExecutorMemory, ExecutorOptions } from "../executor.ts";
import { executedPlan } from "../plan/executedPlan.ts";
import { metricReading } from "../plan/metricReading.ts";
import type { MetricReading, PlanMachine, RunOptions, Vector } from "../plan/planMachine.ts";
import { encodeCalls } from "./callRecords.ts";
import type { Threading } from "./helperThreads.ts";
import type { KernelModule } from "./kernelModule.ts";
import { KernelRunner } from "./kernelRunner.ts";
import { LinearMemory } from "./linearMemory.ts";
import { RECORD_BYTES } from "./recordLayout.ts";
import { layOutProgram, type PlacedLaunch, type WasmProgram } from "./wasmProgram.ts";

/** How long one launch of a plan took. */
export interface LaunchTime {
  readonly launch: PlacedLaunch;
  readonly milliseconds: number;
}

const CACHE_LINE_BYTES = 64;
const aligned = (numBytes: number) => Math.ceil(numBytes / CACHE_LINE_BYTES) * CACHE_LINE_BYTES;

export class WasmMachine implements PlanMachine<WasmProgram> {
  readonly info: ExecutorInfo;
  readonly main: WasmProgram;
  readonly #options: ExecutorOptions;
  readonly #memory: LinearMemory;
  readonly #runner: KernelRunner;
  readonly #inputShape: MapShape;
  readonly #preparation: LinearPreparation | undefined;
  /** The program whose records are in memory. */
  #loaded: WasmProgram | undefined;

  /** @throws PlaygroundError `network.*`, `engine.out-of-memory` or `engine.unavailable` */
  constructor(options: ExecutorOptions, kernels: KernelModule, threading: Threading) {
    // This engine stores 32-bit numbers only.
    this.#options = { ...options, mixedPrecision: false };
    const { threads } = threading;
    this.main = layOutProgram(executedPlan(this.#options, "training"), "training", threads);
    this.#memory = new LinearMemory(this.main.numBytes, kernels.memory === "shared");
    this.#runner = new KernelRunner(kernels, threading, this.#memory.memory);
    const [, ...inputShape] = mapSides(this.main.shape(this.main.plan.inputs.images));
    this.#inputShape = inputShape;
    this.#preparation = linearPreparation(options.preparation, inputShape[2]);
    this.info = {
      engine: "wasm",
      label: `CPU, compiled · SIMD, ${threads === 1 ? "one thread" : `${threads} threads`}`,
      device: `WebAssembly, ${kernels.simd} SIMD`,
      backend: "wasm-simd",
    };
  }

  /** Resolves when a thread ends. */
  get deviceLost(): Promise<string> {
    return this.#runner.lost;
  }

  /** Resolves when all threads listen; rejects with `engine.unavailable` when one does not start. */
  ready(): Promise<void> {
    return this.#runner.ready;
  }

  compile(name: ProgramName, batchSize: number): WasmProgram {
    const plan = executedPlan({ ...this.#options, batchSize }, name);
    const program = layOutProgram(plan, name, this.#runner.threads);
    this.#memory.reserve(program.numBytes);
    return program;
  }

  write(program: WasmProgram, id: BufferId, values: ArrayLike<number>): void {
    this.#view(program, id).set(values);
  }

  async read(
    program: WasmProgram,
    ids: readonly BufferId[],
    reused: readonly (Vector | undefined)[] = [],
  ): Promise<readonly Float32Array[]> {
    return ids.map((id, index) => {
      const [view, array] = [this.#view(program, id), reused[index]];
      const fits = array instanceof Float32Array && array.length === view.length;
      if (!fits) return Float32Array.from(view);
      array.set(view);
      return array;
    });
  }

  async run(program: WasmProgram, { pixels, phases }: RunOptions = {}): Promise<void> {
    if (pixels !== undefined) this.#prepare(pixels, program);
    this.#load(program);
    const { launches } = program;
    this.#runner.run(
      phases === undefined ? launches : launches.filter(({ phase }) => phases.includes(phase)),
      program,
    );
  }

  /** Runs a program launch by launch and measures each. */
  async profile(program: WasmProgram, { pixels }: RunOptions): Promise<readonly LaunchTime[]> {
    if (pixels !== undefined) this.#prepare(pixels, program);
    this.#load(program);
    return program.launches.map((launch) => {
      const start = performance.now();
      this.#runner.run([launch], program);
      return { launch, milliseconds: performance.now() - start };
    });
  }

  async readMetrics(): Promise<MetricReading> {
    return metricReading(this.main.plan, (id) => this.#floats(this.main, id));
  }

  memory(): ExecutorMemory {
    return { usedBytes: this.#memory.usedBytes, numTensors: this.main.numBuffers };
  }

  dispose(): void {
    this.#runner.dispose();
  }

  #load(program: WasmProgram): void {
    if (this.#loaded === program) return;
    this.#memory.bytes(program.recordsAddress, program.records.length).set(program.records);
    if (program.gradients !== undefined)
      this.#memory.bytes(program.gradients.address, program.gradients.sizeBytes).fill(0);
    this.#loaded = program;
  }

  /** A buffer's numbers where they lie, valid until the memory grows. */
  #view(program: WasmProgram, id: BufferId): Float32Array | Int32Array {
    const { type, shape } = bufferAt(program.plan.buffers, id);
    return type === "i32"
      ? this.#memory.integers(program.address(id), sizeOf(shape))
      : this.#floats(program, id);
  }

  #floats(program: WasmProgram, id: BufferId): Float32Array {
    return this.#memory.floats(program.address(id), sizeOf(program.shape(id)));
  }

  /** Writes stored images behind everything else, and prepares them into the plan's input. */
  #prepare({ pixels, height, width, channels, numImages, maps }: PixelBatch, program: WasmProgram) {
    const staging = program.numBytes;
    const mapsAt = staging + aligned(pixels.byteLength);
    const recordsAddress = mapsAt + aligned(maps?.byteLength ?? 0);
    const scratchAddress = recordsAddress + RECORD_BYTES;
    const scratchBytes = aligned(4 * height * width * channels);
    this.#memory.reserve(scratchAddress + this.#runner.threads * scratchBytes);
    this.#memory.bytes(staging, pixels.byteLength).set(bytesOf(pixels));
    if (maps !== undefined) this.#memory.bytes(mapsAt, maps.byteLength).set(bytesOf(maps));
    const [preparedHeight, preparedWidth, preparedChannels] = this.#inputShape;
    const call = {
      ...{ pixels: staging, maps: maps === undefined ? 0 : mapsAt, height, width, channels },
      ...{ preparedHeight, preparedWidth, preparedChannels },
      target: program.address(program.plan.inputs.images),
      hasFloats: pixels instanceof Float32Array,
      ...preparationArguments(this.#preparation),
    };
    const records = encodeCalls([{ kernel: "prepareImages", chunks: numImages, arguments: call }]);
    this.#memory.bytes(recordsAddress, RECORD_BYTES).set(records);
    const places = { recordsAddress, scratchAddress, scratchBytes };
    this.#runner.run([{ label: "prepareImages", first: 0, count: 1 }], places);
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
