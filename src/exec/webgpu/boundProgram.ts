/** Prepares a program for the device: binds its dispatches to buffers, and adds the dispatches that prepare its images. */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { type MapShape, mapSides, sizeOf } from "../../core/shape.ts";
import { type BufferId, bufferAt, type Phase, type ProgramName } from "../../plan/buffers.ts";
import { linearPreparation } from "../../settings/preparation.ts";
import type { ExecutorOptions } from "../executor.ts";
import { executedPlan } from "../plan/executedPlan.ts";
import type { BoundList, CompileProgress, ComputeDevice } from "./computeDevice.ts";
import { type Storages, storageOf } from "./deviceMemory.ts";
import type { Tensor } from "./dispatch.ts";
import { MAPS, PIXELS, preparationStorages, prepareImages } from "./kernels/prepareImages.ts";
import type { BufferPlace } from "./readback.ts";
import { tuneProducts } from "./tuneProducts.ts";
import { layOutProgram, type WebgpuProgram } from "./webgpuProgram.ts";

export interface BoundProgram extends WebgpuProgram {
  readonly name: ProgramName;
  readonly buffers: Storages;
  readonly bound: ReadonlyMap<Phase, BoundList>;
  readonly boundCheck: BoundList;
  readonly inputShape: MapShape;
  /** Keyed by the properties in which batches of stored images differ. */
  readonly preparations: Map<string, Preparation>;
}

interface Preparation {
  readonly buffers: Storages;
  readonly list: BoundList;
}

const PHASES: readonly Phase[] = ["forward", "backward", "update"];

/** @throws PlaygroundError `network.*`, `engine.out-of-memory`, `internal` */
export async function bindProgram(
  options: ExecutorOptions,
  name: ProgramName,
  compute: ComputeDevice,
  onProgress?: CompileProgress,
): Promise<BoundProgram> {
  const plan = executedPlan(options, name);
  if (name === "training") await tuneProducts(plan, compute);
  const program = layOutProgram(plan, name, compute.productVariant);
  const { dispatches, check, constants } = program;
  const buffers = await compute.memory.allocate(program.storages);
  for (const [storage, numbers] of constants)
    compute.write(storageOf(buffers, storage), Uint32Array.from(numbers));
  const list = await compute.bind([...dispatches, ...check], buffers, onProgress);
  const bound = new Map(
    PHASES.map((phase) => [phase, list.filter((_, index) => dispatches[index]?.phase === phase)]),
  );
  const boundCheck = list.slice(dispatches.length);
  const [, ...inputShape] = mapSides(bufferAt(plan.buffers, plan.inputs.images).shape);
  return { ...program, name, buffers, bound, boundCheck, inputShape, preparations: new Map() };
}

export function placeOf(program: BoundProgram, id: BufferId): BufferPlace {
  const { shape } = bufferAt(program.plan.buffers, id);
  return placeIn(program, program.tensor(id), sizeOf(shape));
}

/** @param count the number of values of four bytes. */
export function placeIn(
  { buffers }: BoundProgram,
  { storage, base }: Tensor,
  count: number,
): BufferPlace {
  return { buffer: storageOf(buffers, storage), byteOffset: 4 * base, numBytes: 4 * count };
}

/** Writes a batch's pixels and maps. Returns the dispatches that prepare them into the network's input. */
export async function prepareBatch(
  batch: PixelBatch,
  program: BoundProgram,
  { preparation }: Pick<ExecutorOptions, "preparation">,
  compute: ComputeDevice,
): Promise<BoundList> {
  const { pixels, maps } = batch;
  const { buffers, list } = await preparationOf(batch, program, preparation, compute);
  compute.write(storageOf(buffers, PIXELS.storage), wholeWords(pixels));
  if (maps !== undefined) compute.write(storageOf(buffers, MAPS.storage), Float32Array.from(maps));
  return list;
}

async function preparationOf(
  { pixels, height, width, channels, numImages, maps }: PixelBatch,
  { plan, buffers, inputShape, preparations, tensor }: BoundProgram,
  preparation: ExecutorOptions["preparation"],
  compute: ComputeDevice,
): Promise<Preparation> {
  const areFloats = pixels instanceof Float32Array;
  const images = { numImages, height, width, channels, areFloats, hasMaps: maps !== undefined };
  const key = JSON.stringify(images);
  const known = preparations.get(key);
  if (known !== undefined) return known;
  const own = await compute.memory.allocate(preparationStorages(images));
  const all = new Map([...buffers, ...own]);
  const dispatches = prepareImages(images, {
    shape: inputShape,
    linear: linearPreparation(preparation, inputShape[2]),
    target: tensor(plan.inputs.images),
  });
  const made = { buffers: all, list: await compute.bind(dispatches, all) };
  preparations.set(key, made);
  return made;
}

/** Pads to whole words, because the device only accepts multiples of four bytes. */
function wholeWords(
  pixels: PixelBatch["pixels"],
): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  if (pixels instanceof Float32Array) return Float32Array.from(pixels);
  const whole = new Uint8Array(Math.ceil(pixels.length / 4) * 4);
  whole.set(pixels);
  return whole;
}
