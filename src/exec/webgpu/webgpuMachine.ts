/**
 * A `PlanMachine` on a graphics card. Its dispatches are built before the first run and submitted at once if the step is short.
 * Between processor and device it only transfers the batch, as bytes, and what the caller reads.
 */
import { type BufferId, bufferAt, type ProgramName } from "../../plan/buffers.ts";
import type { DeviceWeights } from "../copyWeights.ts";
import { countsBetween } from "../device/deviceMeter.ts";
import type {
  ExecutorInfo,
  ExecutorMemory,
  ExecutorOptions,
  ExecutorState,
  LossScale,
  StepWork,
} from "../executor.ts";
import type { MetricReading, PlanMachine, RunOptions } from "../plan/planMachine.ts";
import { type BoundProgram, bindProgram, placeIn, placeOf, prepareBatch } from "./boundProgram.ts";
import type { BoundList, ComputeDevice } from "./computeDevice.ts";
import { storageOf } from "./deviceMemory.ts";
import type { Tensor } from "./dispatch.ts";
import { initialLossScale, LOSS_SCALE_NUMBERS } from "./kernels/lossScale.ts";
import type { OpenDevice } from "./openDevice.ts";
import type { PlacedDispatch } from "./programLowering.ts";
import type { BufferPlace } from "./readback.ts";
import { SubmitQueue } from "./submitQueue.ts";
import { type GroupTimes, timeGroups } from "./timing.ts";
import { NOT_FINITE } from "./webgpuProgram.ts";

/** How long one dispatch of a training step took. */
export interface DispatchTime {
  readonly dispatch: PlacedDispatch;
  readonly clock: GroupTimes["clock"];
  readonly ms: number;
}

export class WebgpuMachine implements PlanMachine<BoundProgram> {
  readonly info: ExecutorInfo;
  readonly main: BoundProgram;
  readonly deviceLost: Promise<string>;
  readonly compute: ComputeDevice;
  readonly #options: ExecutorOptions;
  readonly #queue: SubmitQueue;
  #stepWork: StepWork | undefined;

  /** @param longestSubmitMs steps that take longer are divided into several submits. */
  constructor(
    options: ExecutorOptions,
    open: OpenDevice,
    compute: ComputeDevice,
    main: BoundProgram,
    longestSubmitMs: number,
  ) {
    this.#options = options;
    this.main = main;
    this.compute = compute;
    this.deviceLost = open.lost;
    this.#queue = new SubmitQueue(compute, longestSubmitMs);
    this.info = {
      engine: "webgpu",
      label: "WebGPU, compiled",
      device: open.title,
      backend: "webgpu-compiled",
    };
    if (main.lossScale !== undefined) this.#writeTensor(main, main.lossScale, initialLossScale());
  }

  /** Describes the newest training step. */
  get stepWork(): StepWork | undefined {
    return this.#stepWork;
  }

  async ready(): Promise<void> {
    this.compute.throwFault();
  }

  compile(name: ProgramName, batchSize: number): Promise<BoundProgram> {
    return bindProgram({ ...this.#options, batchSize }, name, this.compute);
  }

  write(program: BoundProgram, id: BufferId, values: ArrayLike<number>): void {
    const tensor = program.tensor(id);
    if (bufferAt(program.plan.buffers, id).type === "i32")
      this.compute.write(storageOf(program.buffers, tensor.storage), Int32Array.from(values));
    else this.#writeTensor(program, tensor, values);
  }

  async read(program: BoundProgram, ids: readonly BufferId[]): Promise<readonly Float32Array[]> {
    const contents = await this.compute.readAll(ids.map((id) => placeOf(program, id)));
    return contents.map((bytes, index) =>
      bufferAt(program.plan.buffers, ids[index] ?? -1).type === "i32"
        ? Float32Array.from(new Int32Array(bytes))
        : new Float32Array(bytes),
    );
  }

  async run(program: BoundProgram, { pixels, phases }: RunOptions = {}): Promise<void> {
    const preparation = await this.#prepare(program, pixels);
    if (phases !== undefined) {
      this.compute.run(preparation, ...phases.map((phase) => program.bound.get(phase) ?? []));
      return;
    }
    const before = this.compute.counts;
    await this.#queue.run(program.bound, preparation);
    if (program.name === "training") this.#stepWork = countsBetween(before, this.compute.counts);
  }

  /** Runs a program and measures each dispatch on the device. */
  async profile(program: BoundProgram, { pixels }: RunOptions): Promise<readonly DispatchTime[]> {
    this.compute.run(await this.#prepare(program, pixels));
    const { bound, dispatches } = program;
    const phases = [...bound.keys()];
    const ordered = phases.flatMap((phase) =>
      dispatches.filter((dispatch) => dispatch.phase === phase),
    );
    const { ms, clock } = await timeGroups(
      this.compute.device,
      phases.flatMap((phase) => bound.get(phase) ?? []).map((dispatch) => [dispatch]),
    );
    return ordered.map((dispatch, index) => ({ dispatch, clock, ms: ms[index] ?? Number.NaN }));
  }

  /** Reads the sums, the check for values that are not finite, and the loss scale with one submit and one mapping. */
  async readMetrics(): Promise<MetricReading> {
    const { plan, boundCheck } = this.main;
    this.#writeTensor(this.main, NOT_FINITE, [0]);
    const places = [placeOf(this.main, plan.metrics), placeIn(this.main, NOT_FINITE, 1)];
    const [sums, found, scale] = await this.compute.readAll(
      [...places, ...this.#lossScalePlaces().values()],
      boundCheck,
    );
    return {
      sums: new Float32Array(sums ?? new ArrayBuffer(0)),
      hasNotFinite: new Float32Array(found ?? new ArrayBuffer(4))[0] !== 0,
      ...(scale !== undefined && { lossScale: lossScaleOf(scale) }),
    };
  }

  /** Returns undefined where nothing is stored in 16 bits. */
  async readLossScale(): Promise<LossScale | undefined> {
    const [scale] = await this.compute.readAll([...this.#lossScalePlaces().values()]);
    return scale && lossScaleOf(scale);
  }

  /** Reads the given buffers and, in mixed precision, the loss scale, under the name of its storage. */
  async readState(buffers: ReadonlyMap<string, BufferId>): Promise<ExecutorState["vectors"]> {
    const own = [...buffers].map(([label, id]) => [label, placeOf(this.main, id)] as const);
    const places = new Map([...own, ...this.#lossScalePlaces()]);
    const contents = await this.compute.readAll([...places.values()]);
    return new Map(
      [...places.keys()].map((label, index) => [
        label,
        new Float32Array(contents[index] ?? new ArrayBuffer(0)),
      ]),
    );
  }

  /** Writes the loss scale from a state that `readState` returned. Returns the other vectors. */
  writeLossScale(vectors: ExecutorState["vectors"]): ExecutorState["vectors"] {
    const { lossScale } = this.main;
    const rest = new Map(vectors);
    const scale = lossScale && rest.get(lossScale.storage);
    if (lossScale === undefined || scale === undefined) return vectors;
    this.#writeTensor(this.main, lossScale, scale);
    rest.delete(lossScale.storage);
    return rest;
  }

  weightPlaces(): DeviceWeights["places"] {
    const { parameters } = this.main.plan;
    return new Map(parameters.map(({ path, value }) => [path, placeOf(this.main, value)]));
  }

  memory(): ExecutorMemory {
    const { usedBytes, numBuffers } = this.compute.memory;
    return { usedBytes, numTensors: numBuffers };
  }

  dispose(): void {
    this.compute.close();
  }

  async #prepare(program: BoundProgram, pixels: RunOptions["pixels"]): Promise<BoundList> {
    return pixels === undefined ? [] : prepareBatch(pixels, program, this.#options, this.compute);
  }

  /** The loss scale by the name of its storage, if there is one. */
  #lossScalePlaces(): ReadonlyMap<string, BufferPlace> {
    const { lossScale } = this.main;
    if (lossScale === undefined) return new Map();
    return new Map([[lossScale.storage, placeIn(this.main, lossScale, LOSS_SCALE_NUMBERS)]]);
  }

  #writeTensor(
    { buffers }: BoundProgram,
    { storage, base }: Tensor,
    values: ArrayLike<number>,
  ): void {
    this.compute.write(storageOf(buffers, storage), Float32Array.from(values), 4 * base);
  }
}

function lossScaleOf(bytes: ArrayBuffer): LossScale {
  const [scale = Number.NaN, , , skippedSteps = 0] = new Float32Array(bytes);
  return { scale, skippedSteps };
}
