/**
 * Turns storages into buffers, kernels into pipelines (one for each distinct source text) and dispatches into bind groups, all
 * before the first run. A run then takes one command buffer and one submit.
 */

import { deviceFault } from "./deviceFaults.ts";
import { DeviceMemory, type Storages, storageOf } from "./deviceMemory.ts";
import type { Dispatch } from "./dispatch.ts";
import { type AdapterKind, adapterKind, usualVariant } from "./kernels/productVariants.ts";
import type { OpenDevice } from "./openDevice.ts";
import { type LabelledDispatch, PipelineCache } from "./pipelines.ts";
import type { ProductChoice } from "./programLowering.ts";
import { type BufferPlace, submitReadback } from "./readback.ts";
import type { TuningWishes } from "./tuningWishes.ts";

/** A dispatch with its device objects. */
interface BoundDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: readonly [number, number];
}

export type BoundList = readonly BoundDispatch[];

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
  readonly memory: DeviceMemory;
  readonly #open: OpenDevice;
  readonly #pipelines: PipelineCache;
  readonly #counts = { bindGroups: 0, submits: 0, dispatches: 0 };

  constructor(open: OpenDevice) {
    this.#open = open;
    this.memory = new DeviceMemory(open);
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
    const { numBuffers: buffers } = this.memory;
    return { ...this.#counts, buffers, pipelines: this.#pipelines.size };
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
    this.#counts.dispatches += lists.reduce((total, { length }) => total + length, 0);
    encodePass(encoder, lists);
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
    if (places.every(({ numBytes }) => numBytes === 0)) return places.map(() => new ArrayBuffer(0));
    const reading = this.ask(() =>
      submitReadback(this.device, places, (encoder) => {
        if (first.length > 0) this.#encode(encoder, [first]);
      }),
    );
    try {
      await reading.mapped;
      return reading.contents();
    } catch (error) {
      await this.#open.settled();
      throw (
        this.#open.fault() ?? deviceFault(error instanceof Error ? error.message : String(error))
      );
    } finally {
      reading.destroy();
      await this.#open.settled();
      this.throwFault();
    }
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
    this.memory.destroy();
    this.#open.close();
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
    const buffer = this.memory.uniformBuffer(name, bytes.byteLength);
    this.write(buffer, new Uint8Array(bytes));
    return buffer;
  }
}

/** Encodes lists of dispatches as one pass. */
export function encodePass(
  encoder: GPUCommandEncoder,
  lists: readonly BoundList[],
  descriptor?: GPUComputePassDescriptor,
): void {
  const pass = encoder.beginComputePass(descriptor);
  let current: GPUComputePipeline | undefined;
  for (const list of lists) {
    for (const { pipeline, group, workgroups } of list) {
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
    }
  }
  pass.end();
}

function recordBytes({ record }: Dispatch): number {
  return Math.ceil((4 * record.length) / 16) * 16;
}
