/**
 * A plan lowered to lists of dispatches over named storages. What outlives a program lies in arenas of the same size for
 * every batch size; everything else in a pool. Nothing here needs a device.
 */
import { append } from "../../core/numbers.ts";
import { sizeOf } from "../../core/shape.ts";
import { type ArenaName, assignMemory } from "../../plan/assignMemory.ts";
import {
  type BufferId,
  bufferAt,
  type Phase,
  type PlanBuffer,
  type ProgramName,
  storageOf,
} from "../../plan/buffers.ts";
import { hasHalfGradients } from "../../plan/halves.ts";
import { type Launch, launchesOf } from "../../plan/marks.ts";
import { type Step, writesOf } from "../../plan/step.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
import { type CheckedTensor, checkedTable, findNotFinite } from "./kernels/findNotFinite.ts";
import { adjustLossScale, LOSS_SCALE, LOSS_SCALE_NUMBERS } from "./kernels/lossScale.ts";
import { REGISTERS_4X8 } from "./kernels/productVariants.ts";
import { deferredTable, sumDeferred } from "./kernels/sums.ts";
import { finishes, lowerLaunch } from "./launches.ts";
import type { DeferredSum, Lowering } from "./lowering.ts";
import { layOutPool } from "./pool.ts";
import { lowerCoefficients, lowerInline } from "./registry.ts";
import type { Dispatch, Operand, Tensor } from "./shader.ts";

export interface PlacedDispatch extends Dispatch {
  /** Layer and kernel, for messages. */
  readonly label: string;
  readonly phase: Phase;
  /** The plan's launch that it is part of; undefined for what adds up the parts of all gradients. */
  readonly launch: Launch | undefined;
}

export interface WebgpuProgram {
  readonly plan: TrainingPlan;
  readonly lists: Readonly<Record<ProgramName, readonly PlacedDispatch[]>>;
  /** Sets `notFinite`, which is zero before, where a weight or a moving statistic is infinite or NaN. */
  readonly check: readonly PlacedDispatch[];
  readonly notFinite: Tensor;
  /** Words of each storage, four bytes each. */
  readonly storages: ReadonlyMap<string, number>;
  /** By storage: whole numbers to be written once. */
  readonly constants: ReadonlyMap<string, readonly number[]>;
  /** Present where gradients are stored in 16 bits; `initialLossScale` to be written at the start of a run. */
  readonly lossScale: Tensor | undefined;
  tensor(id: BufferId): Tensor;
}

const ARENAS: readonly ArenaName[] = [
  "parameters",
  "movingStatistics",
  "batchStatistics",
  "gradients",
  "optimizerState",
];

/** Whether a storage's size follows from the network alone, whatever the batch. */
export function isArena(storage: string): boolean {
  return ARENAS.some((name) => name === storage);
}

/** What every storage is a multiple of: the widest load, many times. */
const ALIGNED_NUMBERS = 64;
const aligned = (count: number) => Math.ceil(count / ALIGNED_NUMBERS) * ALIGNED_NUMBERS;

export type ProductChoice = Lowering["productVariant"];

/** @param productVariant how products divide over threads; default: as on an adapter that the processor computes. */
export function layOutProgram(
  plan: TrainingPlan,
  productVariant: ProductChoice = () => REGISTERS_4X8,
): WebgpuProgram {
  const memory = assignMemory(plan, { inPlace: false });
  const pool = layOutPool(plan.buffers);
  const storages = new Map<string, number>();
  const reserve = (storage: string, count: number) =>
    storages.set(storage, Math.max(storages.get(storage) ?? 0, aligned(Math.max(1, count))));
  for (const arena of ARENAS) reserve(arena, memory.arenaBytes[arena] / 4);
  pool.sizes.forEach((size, index) => {
    reserve(`pool ${index}`, size);
  });

  const tensor = (id: BufferId): Tensor => {
    const buffer = bufferAt(plan.buffers, storageOf(plan.buffers, id));
    const pooled = pool.places.get(buffer.id);
    if (pooled !== undefined) return { storage: `pool ${pooled}`, base: 0, ...halvesOf(buffer) };
    const place = memory.places[buffer.id];
    if (place === undefined || buffer.unstored)
      throw new RangeError(`the plan stores no buffer ${id}`);
    if (ARENAS.includes(place.arena)) return { storage: place.arena, base: place.offsetBytes / 4 };
    const storage = `input ${buffer.label}`;
    reserve(storage, sizeOf(buffer.shape));
    return { storage, base: 0 };
  };
  for (const id of Object.values(plan.inputs)) tensor(id);
  tensor(plan.metrics);

  const constants = new Map<string, readonly number[]>();
  const constant = (storage: string, numbers: readonly number[]): Tensor => {
    constants.set(storage, numbers);
    reserve(storage, numbers.length);
    return { storage, base: 0 };
  };
  const lossScale = hasHalfGradients(plan) ? LOSS_SCALE : undefined;
  if (lossScale !== undefined) reserve(lossScale.storage, LOSS_SCALE_NUMBERS);
  const lower = (name: ProgramName): readonly PlacedDispatch[] => {
    const lowering = new ProgramLowering(plan, tensor, reserve, { lossScale, productVariant });
    const own = lowerSteps(plan, name, lowering);
    const behind: PlacedDispatch[] = [];
    if (lowering.sums.length > 0) {
      // Parts, and so the table, differ with the batch size; other storages of this name are shared.
      const table = constant(`table ${plan.batchSize}`, deferredTable(lowering.sums));
      append(
        behind,
        placed({ layer: "gradients", phase: "backward" }, sumDeferred(lowering.sums, table)),
      );
    }
    if (lossScale !== undefined && name === "training") {
      const gradients = gradientsOf(plan, tensor);
      const table = constant("gradient table", checkedTable(gradients));
      append(
        behind,
        placed({ layer: "gradients", phase: "update" }, adjustLossScale(gradients, table)),
      );
    }
    const before = own.findIndex(({ phase }) => phase === "update");
    return before < 0
      ? [...own, ...behind]
      : [...own.slice(0, before), ...behind, ...own.slice(before)];
  };
  const lists = {
    training: lower("training"),
    evaluation: lower("evaluation"),
    prediction: lower("prediction"),
  };
  const notFinite: Tensor = { storage: "not finite", base: 0 };
  reserve(notFinite.storage, 1);
  const check = [...checkedByStorage(plan, tensor)].flatMap(([storage, tensors]) => {
    const table = constant(`table of ${storage}`, checkedTable(tensors));
    const dispatch = findNotFinite("notFinite", tensors, table, notFinite);
    return placed({ layer: storage, phase: "update" }, [dispatch]);
  });
  return { plan, lists, check, notFinite, storages, constants, lossScale, tensor };
}

function gradientsOf(plan: TrainingPlan, tensor: (id: BufferId) => Tensor) {
  return plan.parameters.flatMap(({ gradient }) =>
    gradient === undefined ? [] : [checked(gradient, plan, tensor)],
  );
}

function checked(
  id: BufferId,
  plan: TrainingPlan,
  tensor: (id: BufferId) => Tensor,
): CheckedTensor {
  return { tensor: tensor(id), count: sizeOf(bufferAt(plan.buffers, id).shape) };
}

/** What a run cannot go on from where it is no number. */
function checkedByStorage(
  plan: TrainingPlan,
  tensor: (id: BufferId) => Tensor,
): ReadonlyMap<string, readonly CheckedTensor[]> {
  const byStorage = new Map<string, CheckedTensor[]>();
  for (const { value } of plan.parameters) {
    const own = checked(value, plan, tensor);
    const { storage } = own.tensor;
    byStorage.set(storage, [...(byStorage.get(storage) ?? []), own]);
  }
  return byStorage;
}

function lowerSteps(
  plan: TrainingPlan,
  name: ProgramName,
  lowering: ProgramLowering,
): readonly PlacedDispatch[] {
  const launches = launchesOf(plan.programs[name].steps);
  /** The inline step whose coefficients a launch makes. */
  const finishedBy = (launch: Launch | undefined, next: Launch | undefined) =>
    launch && next?.[0].inline && finishes(launch, next[0]) ? next[0] : undefined;
  const inline = (step: Step) => {
    const lowered = lowerInline(step, lowering);
    for (const id of writesOf(step)) lowering.inline.set(id, lowered.operand);
    return lowered;
  };
  return launches.flatMap((launch, index) => {
    const [step] = launch;
    lowering.startLaunch();
    if (!step.inline) {
      const finished = finishedBy(launch, launches[index + 1]);
      const coefficients = finished && inline(finished).coefficients;
      return placed(step, lowerLaunch(launch, lowering, coefficients), launch);
    }
    if (finishedBy(launches[index - 1], launch) !== undefined) return [];
    return placed(step, lowerCoefficients(inline(step)), launch);
  });
}

function placed(
  { layer, phase }: Pick<Step, "layer" | "phase">,
  dispatches: readonly Dispatch[],
  launch?: Launch,
): readonly PlacedDispatch[] {
  return dispatches.map((dispatch) => ({
    ...dispatch,
    phase,
    launch,
    label: [layer, dispatch.name].filter(Boolean).join(" "),
  }));
}

/** A gradient beyond 16 bits must be noticed, an activation must not end the run. */
function halvesOf({ type, role }: PlanBuffer): Pick<Tensor, "halves"> {
  if (type !== "f16") return {};
  return { halves: role === "activation-gradient" ? "infinite" : "clamped" };
}

type Reserve = (storage: string, count: number) => void;

class ProgramLowering implements Lowering {
  readonly lossScale: Tensor | undefined;
  readonly inline = new Map<BufferId, Operand>();
  readonly sums: DeferredSum[] = [];
  readonly #plan: TrainingPlan;
  readonly #stored: (id: BufferId) => Tensor;
  readonly #reserve: Reserve;
  readonly productVariant: ProductChoice;
  /** What only the launch reads. */
  #own = new Map<BufferId, Tensor>();
  #numScratch = 0;
  #kept = 0;
  #parts = 0;

  constructor(
    plan: TrainingPlan,
    tensor: (id: BufferId) => Tensor,
    reserve: Reserve,
    { lossScale, productVariant }: Pick<Lowering, "lossScale" | "productVariant">,
  ) {
    this.lossScale = lossScale;
    this.#plan = plan;
    this.#stored = tensor;
    this.#reserve = reserve;
    this.productVariant = productVariant;
  }

  startLaunch(): void {
    this.#own = new Map();
    this.#numScratch = 0;
  }

  tensor(id: BufferId): Tensor {
    const storage = storageOf(this.#plan.buffers, id);
    const { unstored, shape } = bufferAt(this.#plan.buffers, storage);
    if (!unstored) return this.#stored(storage);
    if (this.inline.has(storage)) throw new RangeError(`buffer ${id} is inline`);
    const own = this.#own.get(storage) ?? this.scratch(sizeOf(shape));
    this.#own.set(storage, own);
    return own;
  }

  optional(id: BufferId | undefined): Tensor | undefined {
    return id === undefined ? undefined : this.tensor(id);
  }

  operand(id: BufferId): Operand {
    return this.inline.get(id) ?? { kind: "stored", source: this.tensor(id) };
  }

  shape(id: BufferId) {
    return bufferAt(this.#plan.buffers, id).shape;
  }

  scratch(count: number): Tensor {
    const storage = `scratch ${this.#numScratch}`;
    this.#numScratch += 1;
    this.#reserve(storage, count);
    return { storage, base: 0 };
  }

  kept(count: number): Tensor {
    const base = this.#kept;
    this.#kept += aligned(count);
    this.#reserve("kept", this.#kept);
    return { storage: "kept", base };
  }

  parts(count: number): Tensor {
    const base = this.#parts;
    this.#parts += aligned(count);
    this.#reserve("parts", this.#parts);
    return { storage: "parts", base };
  }

  deferSum(sum: DeferredSum): void {
    this.sums.push(sum);
  }
}

/** Bytes of all storages together. */
export function programBytes({ storages }: Pick<WebgpuProgram, "storages">): number {
  return 4 * [...storages.values()].reduce((total, count) => total + count, 0);
}
