/**
 * Turns storages into buffers, kernels into pipelines (one for each distinct source text) and dispatches into bind groups, all
 * before the first run. A run then takes one command buffer and one submit.
 */

import { PlaygroundError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import { deviceFault } from "./deviceFaults.ts";
import { type AdapterKind, adapterKind, usualVariant } from "./kernels/productVariants.ts";
import type { OpenDevice } from "./openDevice.ts";
import { type LabelledDispatch, PipelineCache } from "./pipelines.ts";
import type { ProductChoice } from "./programLowering.ts";
import type { Dispatch } from "./shader.ts";
import type { TuningWishes } from "./tuningWishes.ts";
import { isArena, programBytes } from "./webgpuProgram.ts";

/** A dispatch with its device objects. */
interface BoundDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: readonly [number, number];
}

export type BoundList = readonly BoundDispatch[];

/** The buffers of one program, keyed by the name of the storage. */
export type Storages = ReadonlyMap<string, GPUBuffer>;

/** A range of a buffer. Offset and length are multiples of 4. */
export interface BufferPlace {
  readonly buffer: GPUBuffer;
  readonly byteOffset: number;
  readonly numBytes: number;
}

/** Receives the number of kernels compiled so far and the total. */
export type CompileProgress = (done: number, total: number) => void;

/** Every device accepts a multiple of this as the offset of a uniform binding. */
const RECORD_BYTES = 256;

export interface MachineCounts {
  readonly buffers: number;
  readonly bindGroups: number;
  readonly pipelines: number;
  readonly submits: number;
  readonly dispatches: number;
}

export class ComputeDevice {
  readonly adapter: AdapterKind;
  /** The variants of products for every program on this device: the defaults for the kind of adapter, or the measured ones. */
  productVariant: ProductChoice;
  /** Says which variants these are and why. Empty until a device with tuning has been measured. */
  productWords = "";
  readonly #open: OpenDevice;
  readonly #pipelines: PipelineCache;
  /**
   * Keyed by the name of the storage. If a program needs a larger storage than all before it, a further buffer is added to that
   * name.
   */
  readonly #buffers = new Map<string, GPUBuffer[]>();
  readonly #counts = { buffers: 0, bindGroups: 0, submits: 0, dispatches: 0 };
  #usedBytes = 0;

  constructor(open: OpenDevice) {
    this.#open = open;
    this.#pipelines = new PipelineCache(open.device);
    this.adapter = adapterKind(open.device, open.isSoftware);
    this.productVariant = (product) => usualVariant(product, this.adapter);
  }

  get title(): string {
    return this.#open.title;
  }

  get tuning(): TuningWishes | undefined {
    return this.#open.tuning;
  }

  get device(): GPUDevice {
    return this.#open.device;
  }

  /** Counted since the device was opened. */
  get counts(): MachineCounts {
    return { ...this.#counts, pipelines: this.#pipelines.size };
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
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
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
    const { storages, scope } = this.ask(() => {
      this.device.pushErrorScope("out-of-memory");
      const buffers = [...sizes].map(([name, count]): [string, GPUBuffer] => [
        name,
        this.#bufferFor(name, 4 * count),
      ]);
      return { storages: new Map(buffers), scope: this.device.popErrorScope() };
    });
    const error = await scope;
    if (error !== null) throw outOfMemory(needed, error.message);
    return storages;
  }

  /** @throws PlaygroundError `internal` with the name of the kernel that does not compile. */
  async bind(
    dispatches: readonly LabelledDispatch[],
    storages: Storages,
    onProgress?: CompileProgress,
  ): Promise<BoundList> {
    const codes = new Map(dispatches.map((dispatch) => [dispatch.code, dispatch]));
    // The longest kernels are compiled first, because one that started last would be awaited alone.
    const kernels = [...codes.values()].toSorted((a, b) => b.code.length - a.code.length);
    let done = 0;
    await Promise.all(
      kernels.map(async (dispatch) => {
        await this.#pipelines.pipelineFor(dispatch);
        done += 1;
        onProgress?.(done, kernels.length);
      }),
    );
    const records = this.#recordBuffer(dispatches);
    return Promise.all(
      dispatches.map(async (dispatch, index): Promise<BoundDispatch> => {
        const pipeline = await this.#pipelines.pipelineFor(dispatch);
        this.#counts.bindGroups += 1;
        const entries = [
          {
            binding: 0,
            resource: {
              buffer: records,
              offset: index * RECORD_BYTES,
              size: recordBytes(dispatch),
            },
          },
          ...dispatch.bindings.map(({ storage }, at) => ({
            binding: at + 1,
            resource: { buffer: storageOf(storages, storage) },
          })),
        ];
        const layout = this.#pipelines.layoutFor(dispatch.bindings);
        const group = this.ask(() =>
          this.device.createBindGroup({ label: dispatch.label, layout, entries }),
        );
        return { pipeline, group, workgroups: dispatch.workgroups };
      }),
    );
  }

  /** Submits the lists in one submit. */
  run(...lists: readonly BoundList[]): void {
    this.ask(() => this.#submit(lists));
  }

  /** Runs `act`, which calls the device, and reports the errors of these calls to this engine. */
  ask<T>(act: () => T): T {
    return this.#open.ask(act);
  }

  #submit(lists: readonly BoundList[]): void {
    const encoder = this.device.createCommandEncoder();
    this.#encode(encoder, lists);
    this.device.queue.submit([encoder.finish()]);
    this.#counts.submits += 1;
  }

  #encode(encoder: GPUCommandEncoder, lists: readonly BoundList[]): void {
    const pass = encoder.beginComputePass();
    let current: GPUComputePipeline | undefined;
    for (const list of lists) {
      for (const { pipeline, group, workgroups } of list) {
        if (pipeline !== current) pass.setPipeline(pipeline);
        current = pipeline;
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...workgroups);
        this.#counts.dispatches += 1;
      }
    }
    pass.end();
  }

  write(buffer: GPUBuffer, values: ArrayBufferView<ArrayBuffer>, byteOffset = 0): void {
    this.ask(() => this.device.queue.writeBuffer(buffer, byteOffset, values));
  }

  /** Does the same as `readAll` for one place. */
  async read(buffer: GPUBuffer, numBytes: number, byteOffset = 0): Promise<ArrayBuffer> {
    const [bytes] = await this.readAll([{ buffer, byteOffset, numBytes }]);
    return bytes ?? new ArrayBuffer(0);
  }

  /**
   * Waits for the device, then reads all places with one submit and one mapping, because each mapping is a round trip to the
   * device. From each buffer one contiguous range is copied, because the places in it are close together.
   *
   * @param first runs before, in the same submit.
   * @returns copies of the bytes of each place, in the given order.
   * @throws PlaygroundError for an error that the device has reported since the last reading, or for its loss.
   */
  async readAll(
    places: readonly BufferPlace[],
    first: BoundList = [],
  ): Promise<readonly ArrayBuffer[]> {
    const { pieces, size } = piecesOf(places);
    if (size === 0) return places.map(() => new ArrayBuffer(0));
    const { staging, mapped: mapping } = this.ask(() => this.#stage(pieces, size, first));
    try {
      await mapping;
      const mapped = staging.getMappedRange();
      return places.map(({ buffer, byteOffset, numBytes }) => {
        const { begin = 0, stagedAt = 0 } = pieces.get(buffer) ?? {};
        const at = stagedAt + byteOffset - begin;
        return mapped.slice(at, at + numBytes);
      });
    } catch (error) {
      await this.#open.settled();
      throw (
        this.#open.fault() ?? deviceFault(error instanceof Error ? error.message : String(error))
      );
    } finally {
      staging.destroy();
      await this.#open.settled();
      this.throwFault();
    }
  }

  #stage(pieces: ReadonlyMap<GPUBuffer, Piece>, size: number, first: BoundList) {
    const staging = this.device.createBuffer({
      label: "reading",
      size,
      usage: GPU_BUFFER_USAGE.MAP_READ | GPU_BUFFER_USAGE.COPY_DST,
    });
    const encoder = this.device.createCommandEncoder();
    if (first.length > 0) this.#encode(encoder, [first]);
    for (const [buffer, { begin, end, stagedAt }] of pieces)
      encoder.copyBufferToBuffer(buffer, begin, staging, stagedAt, end - begin);
    this.device.queue.submit([encoder.finish()]);
    return { staging, mapped: staging.mapAsync(GPU_MAP_READ) };
  }

  /** Fills the buffers with zeros. */
  clear(buffers: readonly GPUBuffer[]): void {
    this.ask(() => {
      const encoder = this.device.createCommandEncoder();
      for (const buffer of buffers) encoder.clearBuffer(buffer);
      this.device.queue.submit([encoder.finish()]);
    });
  }

  /** Resolves when the device has completed all submitted work. */
  async finish(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
    await this.#open.settled();
    this.throwFault();
  }

  throwFault(): void {
    const fault = this.#open.fault();
    if (fault !== undefined) throw fault;
  }

  close(): void {
    for (const buffers of this.#buffers.values()) for (const buffer of buffers) buffer.destroy();
    this.#buffers.clear();
    this.#open.close();
  }

  #bufferFor(name: string, size: number): GPUBuffer {
    const known = this.#buffers.get(name) ?? [];
    const fitting = known.find((buffer) => buffer.size >= size);
    if (fitting !== undefined) return fitting;
    const buffer = this.#createBuffer(name, size, STORAGE_USAGE);
    this.#buffers.set(name, [...known, buffer]);
    return buffer;
  }

  #createBuffer(label: string, size: number, usage: number): GPUBuffer {
    this.#counts.buffers += 1;
    this.#usedBytes += size;
    return this.device.createBuffer({ label, size, usage });
  }

  #recordBuffer(dispatches: readonly Dispatch[]): GPUBuffer {
    const bytes = new ArrayBuffer(Math.max(1, dispatches.length) * RECORD_BYTES);
    const view = new DataView(bytes);
    dispatches.forEach(({ record }, index) => {
      record.forEach((value, place) => {
        const at = index * RECORD_BYTES + 4 * place;
        if (typeof value === "number") view.setUint32(at, value, true);
        else view.setFloat32(at, value.float, true);
      });
    });
    const name = `records ${this.#counts.bindGroups}`;
    const buffer = this.ask(() => this.#createBuffer(name, bytes.byteLength, RECORD_USAGE));
    this.#buffers.set(name, [buffer]);
    this.write(buffer, new Uint8Array(bytes));
    return buffer;
  }
}

// The values in the specification, because Node has no such globals.
const GPU_MAP_READ = 0x1;
const GPU_BUFFER_USAGE = {
  MAP_READ: 0x1,
  COPY_SRC: 0x4,
  COPY_DST: 0x8,
  UNIFORM: 0x40,
  STORAGE: 0x80,
};
const STORAGE_USAGE =
  GPU_BUFFER_USAGE.STORAGE | GPU_BUFFER_USAGE.COPY_SRC | GPU_BUFFER_USAGE.COPY_DST;
const RECORD_USAGE = GPU_BUFFER_USAGE.UNIFORM | GPU_BUFFER_USAGE.COPY_DST;

/** The range of a buffer that covers all its places, and the offset to which it is copied. */
interface Piece {
  readonly begin: number;
  readonly end: number;
  readonly stagedAt: number;
}

function piecesOf(places: readonly BufferPlace[]) {
  const pieces = new Map<GPUBuffer, Piece>();
  for (const { buffer, byteOffset, numBytes } of places) {
    const { begin, end } = pieces.get(buffer) ?? { begin: byteOffset, end: byteOffset };
    pieces.set(buffer, {
      begin: Math.min(begin, byteOffset),
      end: Math.max(end, byteOffset + numBytes),
      stagedAt: 0,
    });
  }
  let size = 0;
  for (const [buffer, piece] of pieces) {
    pieces.set(buffer, { ...piece, stagedAt: size });
    size += piece.end - piece.begin;
  }
  return { pieces, size };
}

function recordBytes({ record }: Dispatch): number {
  return Math.ceil((4 * record.length) / 16) * 16;
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
      : "Lower Batch size or Input size, or choose a smaller network.",
    context: { numBytes, engine: "webgpu", setting: ofNetwork ? "width" : "batchSize" },
  });
}
