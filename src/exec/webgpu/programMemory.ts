/** What a bound program keeps on the device, read and written by the buffers of its plan. Runs nothing. */
import { sizeOf } from "../../core/shape.ts";
import { type BufferId, bufferAt } from "../../plan/buffers.ts";
import type { DeviceWeights } from "../copyWeights.ts";
import type { ExecutorState, LossScale } from "../executor.ts";
import { placedState, stateBuffers } from "../planState.ts";
import { placedWeights } from "../planWeights.ts";
import type { BoundProgram } from "./boundProgram.ts";
import { initialLossScale, LOSS_SCALE_NUMBERS } from "./kernels/lossScale.ts";
import type { Tensor } from "./shader.ts";
import { type BufferPlace, storageOf, type WebgpuMachine } from "./webgpuMachine.ts";

interface ReadMetrics {
  readonly sums: Float32Array;
  /** Whether a weight or a moving statistic is infinite or NaN. */
  readonly hasNotFinite: boolean;
  readonly lossScale?: LossScale;
}

type NamedPlace = readonly [string, BufferPlace];

/** What is read at once goes through one mapping, however much it is. */
export class ProgramMemory {
  readonly program: BoundProgram;
  readonly #machine: WebgpuMachine;

  constructor(program: BoundProgram, machine: WebgpuMachine) {
    this.program = program;
    this.#machine = machine;
  }

  write(id: BufferId, values: ArrayLike<number>): void {
    this.#writeTensor(this.program.tensor(id), values);
  }

  writeIntegers(id: BufferId, values: Int32Array<ArrayBuffer>): void {
    const { buffers, tensor } = this.program;
    this.#machine.write(storageOf(buffers, tensor(id).storage), values);
  }

  /** All at once, in the order given. */
  readAll(...ids: readonly BufferId[]): Promise<readonly ArrayBuffer[]> {
    return this.#machine.readAll(ids.map((id) => this.#placeOf(id)));
  }

  async floats(id: BufferId): Promise<Float32Array> {
    const [bytes] = await this.readAll(id);
    return new Float32Array(bytes ?? new ArrayBuffer(0));
  }

  readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#readNamed(this.program.plan.parameters.map(({ path, value }) => [path, value]));
  }

  /** Of the newest backward phase, by the paths of their weights; in mixed precision as the scale of the loss left them. */
  readGradients(): Promise<ReadonlyMap<string, Float32Array>> {
    const { parameters } = this.program.plan;
    return this.#readNamed(
      parameters.flatMap(({ path, gradient }) =>
        gradient === undefined ? [] : [[path, gradient]],
      ),
    );
  }

  /** The sums of a plan's `metrics`, what a look at the weights finds, and the scale of the loss where there is one. */
  async readMetrics(): Promise<ReadMetrics> {
    const { plan, lossScale, notFinite, boundCheck } = this.program;
    this.#writeTensor(notFinite, [0]);
    const scalePlace = lossScale && this.#lossScalePlace(lossScale);
    const [sums, found, scale] = await this.#machine.readAll(
      [
        this.#placeOf(plan.metrics),
        this.#placeIn(notFinite, 1),
        ...(scalePlace === undefined ? [] : [scalePlace]),
      ],
      boundCheck,
    );
    return {
      sums: new Float32Array(sums ?? new ArrayBuffer(0)),
      hasNotFinite: new Float32Array(found ?? new ArrayBuffer(4))[0] !== 0,
      ...(scale !== undefined && { lossScale: lossScaleOf(new Float32Array(scale)) }),
    };
  }

  /** @throws PlaygroundError `network.shape-mismatch` */
  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [id, values] of placedWeights(this.program.plan, weights)) this.write(id, values);
  }

  weightPlaces(): DeviceWeights["places"] {
    const { parameters } = this.program.plan;
    return new Map(parameters.map(({ path, value }) => [path, this.#placeOf(value)]));
  }

  /** All that training goes on from, but for the number of steps. */
  async readVectors(): Promise<ExecutorState["vectors"]> {
    const { plan, lossScale } = this.program;
    const places = [...stateBuffers(plan)].map(
      ([label, id]): NamedPlace => [label, this.#placeOf(id)],
    );
    if (lossScale !== undefined) places.push([lossScale.storage, this.#lossScalePlace(lossScale)]);
    return this.#readPlaces(places);
  }

  /** @throws PlaygroundError for a state of another network or optimiser. */
  writeVectors(state: ExecutorState): void {
    const { plan, lossScale } = this.program;
    const vectors = new Map(state.vectors);
    const scale = lossScale && vectors.get(lossScale.storage);
    if (lossScale !== undefined && scale !== undefined) {
      this.#writeTensor(lossScale, scale);
      vectors.delete(lossScale.storage);
    }
    for (const [id, values] of placedState(plan, { ...state, vectors })) this.write(id, values);
  }

  startLossScale(): void {
    const { lossScale } = this.program;
    if (lossScale !== undefined) this.#writeTensor(lossScale, initialLossScale());
  }

  /** Undefined where nothing is stored in 16 bits. */
  async readLossScale(): Promise<LossScale | undefined> {
    const { lossScale } = this.program;
    if (lossScale === undefined) return undefined;
    const [bytes] = await this.#machine.readAll([this.#lossScalePlace(lossScale)]);
    return lossScaleOf(new Float32Array(bytes ?? new ArrayBuffer(0)));
  }

  async #readNamed(
    named: readonly (readonly [string, BufferId])[],
  ): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#readPlaces(named.map(([name, id]) => [name, this.#placeOf(id)]));
  }

  async #readPlaces(places: readonly NamedPlace[]): Promise<ReadonlyMap<string, Float32Array>> {
    const contents = await this.#machine.readAll(places.map(([, place]) => place));
    return new Map(
      places.map(([name], index) => [
        name,
        new Float32Array(contents[index] ?? new ArrayBuffer(0)),
      ]),
    );
  }

  #lossScalePlace(lossScale: Tensor): BufferPlace {
    return this.#placeIn(lossScale, LOSS_SCALE_NUMBERS);
  }

  #placeOf(id: BufferId): BufferPlace {
    return this.#placeIn(this.program.tensor(id), this.#size(id));
  }

  #placeIn({ storage, base }: Tensor, count: number): BufferPlace {
    const buffer = storageOf(this.program.buffers, storage);
    return { buffer, byteOffset: 4 * base, numBytes: 4 * count };
  }

  #writeTensor({ storage, base }: Tensor, values: ArrayLike<number>): void {
    const buffer = storageOf(this.program.buffers, storage);
    this.#machine.write(buffer, Float32Array.from(values), 4 * base);
  }

  #size(id: BufferId): number {
    return sizeOf(bufferAt(this.program.plan.buffers, id).shape);
  }
}

function lossScaleOf(numbers: Float32Array): LossScale {
  const [scale = Number.NaN, , , skippedSteps = 0] = numbers;
  return { scale, skippedSteps };
}
