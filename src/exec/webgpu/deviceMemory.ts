/** The buffers of a device. Programs that run in turns share the buffers of storages of the same name. */
import { PlaygroundError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import type { OpenDevice } from "./openDevice.ts";
import { isArena, programBytes } from "./webgpuProgram.ts";

/** The buffers of one program, keyed by the name of the storage. */
export type Storages = ReadonlyMap<string, GPUBuffer>;

// The values in the specification, because Node has no such globals.
const [COPY_SRC, COPY_DST, UNIFORM, STORAGE] = [0x4, 0x8, 0x40, 0x80];

export class DeviceMemory {
  readonly #open: OpenDevice;
  /**
   * Keyed by the name of the storage. If a program needs a larger storage than all before it, a further buffer is added to that
   * name.
   */
  readonly #buffers = new Map<string, GPUBuffer[]>();
  #numBuffers = 0;
  #usedBytes = 0;

  constructor(open: OpenDevice) {
    this.#open = open;
  }

  /** All that were made so far. */
  get numBuffers(): number {
    return this.#numBuffers;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Allocates buffers for all storages. Programs share a buffer for storages of the same name.
   *
   * @param sizes in values of four bytes.
   * @throws PlaygroundError `engine.out-of-memory` before or when the device has not enough.
   */
  async allocate(sizes: ReadonlyMap<string, number>): Promise<Storages> {
    const { device } = this.#open;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const most = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    const limit = most === maxBufferSize ? "maxBufferSize" : "maxStorageBufferBindingSize";
    const needed = programBytes({ storages: sizes });
    const beyond = [...sizes].filter(([, count]) => 4 * count > most);
    const largest = 4 * greatestOf(sizes.values());
    if (beyond.length > 0)
      throw outOfMemory(
        needed,
        `one buffer of ${gigabytes(largest)}, and a ${limit} of ${gigabytes(most)}`,
        beyond.some(([name]) => isArena(name)),
      );
    const { storages, scope } = this.#open.ask(() => {
      device.pushErrorScope("out-of-memory");
      const buffers = [...sizes].map(([name, count]): [string, GPUBuffer] => [
        name,
        this.#bufferFor(name, 4 * count),
      ]);
      return { storages: new Map(buffers), scope: device.popErrorScope() };
    });
    const error = await scope;
    if (error !== null) throw outOfMemory(needed, error.message);
    return storages;
  }

  /** Makes a buffer for uniform bindings. */
  uniformBuffer(name: string, size: number): GPUBuffer {
    const buffer = this.#open.ask(() => this.#createBuffer(name, size, UNIFORM | COPY_DST));
    this.#buffers.set(name, [buffer]);
    return buffer;
  }

  destroy(): void {
    for (const buffers of this.#buffers.values()) for (const buffer of buffers) buffer.destroy();
    this.#buffers.clear();
  }

  #bufferFor(name: string, size: number): GPUBuffer {
    const known = this.#buffers.get(name) ?? [];
    const fitting = known.find((buffer) => buffer.size >= size);
    if (fitting !== undefined) return fitting;
    const buffer = this.#createBuffer(name, size, STORAGE | COPY_SRC | COPY_DST);
    this.#buffers.set(name, [...known, buffer]);
    return buffer;
  }

  #createBuffer(label: string, size: number, usage: number): GPUBuffer {
    this.#numBuffers += 1;
    this.#usedBytes += size;
    return this.#open.device.createBuffer({ label, size, usage });
  }
}

/** @throws RangeError for a storage that was not allocated. */
export function storageOf(storages: Storages, name: string): GPUBuffer {
  const buffer = storages.get(name);
  if (buffer === undefined) throw new RangeError(`there is no storage ${name}`);
  return buffer;
}

function gigabytes(numBytes: number): string {
  return `${(numBytes / 1e9).toPrecision(3)} GB`;
}

/** @param ofNetwork whether smaller batches would need the same amount. */
function outOfMemory(numBytes: number, got: string, ofNetwork = false): PlaygroundError {
  return new PlaygroundError({
    code: "engine.out-of-memory",
    where: "WebGPU compiled",
    rule: "the training step does not fit the device",
    expected: `room for ${gigabytes(numBytes)}`,
    got,
    remedy: ofNetwork
      ? "Smaller batches need as much: choose a smaller network or another Engine."
      : "Lower Batch size, or choose smaller images or a smaller network.",
    context: { numBytes, engine: "webgpu", setting: ofNetwork ? "width" : "batchSize" },
  });
}
