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
import { storageOf, type WebgpuMachine } from "./webgpuMachine.ts";

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

  async read(id: BufferId): Promise<ArrayBuffer> {
    const { buffers, tensor } = this.program;
    const { storage, base } = tensor(id);
    return this.#machine.read(storageOf(buffers, storage), 4 * this.#size(id), 4 * base);
  }

  async floats(id: BufferId): Promise<Float32Array> {
    return new Float32Array(await this.read(id));
  }

  async readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    const weights = new Map<string, Float32Array>();
    for (const { path, value } of this.program.plan.parameters)
      weights.set(path, await this.floats(value));
    return weights;
  }

  /** @throws PlaygroundError `network.shape-mismatch` */
  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [id, values] of placedWeights(this.program.plan, weights)) this.write(id, values);
  }

  weightPlaces(): DeviceWeights["places"] {
    const { plan, buffers, tensor } = this.program;
    const places = plan.parameters.map(({ path, value }) => {
      const { storage, base } = tensor(value);
      const place = {
        buffer: storageOf(buffers, storage),
        byteOffset: 4 * base,
        numBytes: 4 * this.#size(value),
      };
      return [path, place] as const;
    });
    return new Map(places);
  }

  /** All that training goes on from, but for the number of steps. */
  async readVectors(): Promise<ExecutorState["vectors"]> {
    const { plan, buffers, storages, tensor, lossScale } = this.program;
    const arenas = new Map<string, ArrayBuffer>();
    const vectors = new Map<string, Float32Array>();
    for (const [label, id] of stateBuffers(plan)) {
      const { storage, base } = tensor(id);
      // A whole arena is one transfer.
      const arena =
        arenas.get(storage) ??
        (await this.#machine.read(storageOf(buffers, storage), 4 * (storages.get(storage) ?? 0)));
      arenas.set(storage, arena);
      vectors.set(label, new Float32Array(arena, 4 * base, this.#size(id)));
    }
    if (lossScale !== undefined)
      vectors.set(lossScale.storage, await this.#lossScaleNumbers(lossScale));
    return vectors;
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
    const [scale = Number.NaN, , , skippedSteps = 0] = await this.#lossScaleNumbers(lossScale);
    return { scale, skippedSteps };
  }

  async #lossScaleNumbers({ storage }: Tensor): Promise<Float32Array> {
    const buffer = storageOf(this.program.buffers, storage);
    return new Float32Array(await this.#machine.read(buffer, 4 * LOSS_SCALE_NUMBERS));
  }

  #writeTensor({ storage, base }: Tensor, values: ArrayLike<number>): void {
    const buffer = storageOf(this.program.buffers, storage);
    this.#machine.write(buffer, Float32Array.from(values), 4 * base);
  }

  #size(id: BufferId): number {
    return sizeOf(bufferAt(this.program.plan.buffers, id).shape);
  }
}
