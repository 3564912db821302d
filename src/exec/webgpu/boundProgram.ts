/** A plan on the device: its lists of dispatches bound to buffers, and what prepares its batches. */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { type MapShape, mapSides } from "../../core/shape.ts";
import { bufferAt, type Phase, type ProgramName } from "../../plan/buffers.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { storeHalves } from "../../plan/halves.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import { linearPreparation } from "../../settings/preparation.ts";
import type { ExecutorOptions } from "../executor.ts";
import { MAPS, PIXELS, preparationStorages, prepareImages } from "./kernels/prepareImages.ts";
import { tuneProducts } from "./tuneProducts.ts";
import {
  type BoundList,
  type CompileProgress,
  type Storages,
  storageOf,
  type WebgpuMachine,
} from "./webgpuMachine.ts";
import { layOutProgram, type WebgpuProgram } from "./webgpuProgram.ts";

export interface BoundProgram extends WebgpuProgram {
  readonly buffers: Storages;
  readonly bound: Readonly<Record<ProgramName, ReadonlyMap<Phase, BoundList>>>;
  readonly boundCheck: BoundList;
  readonly inputShape: MapShape;
  /** By what `preparationOf` tells stored images apart by. */
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
  machine: WebgpuMachine,
  onProgress?: CompileProgress,
): Promise<BoundProgram> {
  const marked = applyPasses(compilePlan(options), PASS_NAMES);
  const plan = options.mixedPrecision ? storeHalves(marked) : marked;
  await tuneProducts(plan, machine);
  const program = layOutProgram(plan, machine.productVariant);
  const { lists, check, constants } = program;
  const buffers = await machine.allocate(program.storages);
  for (const [storage, numbers] of constants)
    machine.write(storageOf(buffers, storage), Uint32Array.from(numbers));
  const all = [...lists.training, ...lists.evaluation, ...lists.prediction, ...check];
  const list = await machine.bind(all, buffers, onProgress);
  const byPhase = (name: ProgramName) => {
    const own = new Set(lists[name]);
    const ofPhase = (phase: Phase) =>
      list.filter((_, index) => {
        const dispatch = all[index];
        return dispatch !== undefined && own.has(dispatch) && dispatch.phase === phase;
      });
    return new Map(PHASES.map((phase) => [phase, ofPhase(phase)]));
  };
  const [, ...inputShape] = mapSides(bufferAt(plan.buffers, plan.inputs.images).shape);
  const bound = {
    training: byPhase("training"),
    evaluation: byPhase("evaluation"),
    prediction: byPhase("prediction"),
  };
  const boundCheck = list.slice(all.length - check.length);
  return { ...program, buffers, bound, boundCheck, inputShape, preparations: new Map() };
}

/** Writes a batch's pixels and maps. @returns what makes the network's input of them. */
export async function prepareBatch(
  batch: PixelBatch,
  program: BoundProgram,
  { preparation }: Pick<ExecutorOptions, "preparation">,
  machine: WebgpuMachine,
): Promise<BoundList> {
  const { pixels, maps } = batch;
  const { buffers, list } = await preparationOf(batch, program, preparation, machine);
  machine.write(storageOf(buffers, PIXELS.storage), wholeWords(pixels));
  if (maps !== undefined) machine.write(storageOf(buffers, MAPS.storage), Float32Array.from(maps));
  return list;
}

async function preparationOf(
  { pixels, height, width, channels, numImages, maps }: PixelBatch,
  { plan, buffers, inputShape, preparations, tensor }: BoundProgram,
  preparation: ExecutorOptions["preparation"],
  machine: WebgpuMachine,
): Promise<Preparation> {
  const areFloats = pixels instanceof Float32Array;
  const images = { numImages, height, width, channels, areFloats, hasMaps: maps !== undefined };
  const key = JSON.stringify(images);
  const known = preparations.get(key);
  if (known !== undefined) return known;
  const own = await machine.allocate(preparationStorages(images));
  const all = new Map([...buffers, ...own]);
  const dispatches = prepareImages(images, {
    shape: inputShape,
    linear: linearPreparation(preparation, inputShape[2]),
    target: tensor(plan.inputs.images),
  });
  const made = { buffers: all, list: await machine.bind(dispatches, all) };
  preparations.set(key, made);
  return made;
}

/** The device takes multiples of four bytes. */
function wholeWords(
  pixels: PixelBatch["pixels"],
): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  if (pixels instanceof Float32Array) return Float32Array.from(pixels);
  const whole = new Uint8Array(Math.ceil(pixels.length / 4) * 4);
  whole.set(pixels);
  return whole;
}
