/**
 * A program lowered to dispatches over named storages. Buffers that outlive a program are in arenas, which have the same size
 * for every program and batch size. Everything else is in a pool. Nothing here needs a device.
 */
import { append } from "../../core/numbers.ts";
import { sizeOf } from "../../core/shape.ts";
import { type ArenaName, assignMemory } from "../../plan/assignMemory.ts";
import {
  type BufferId,
  bufferAt,
  type PlanBuffer,
  type ProgramName,
  storageOf,
} from "../../plan/buffers.ts";
import { hasHalfGradients } from "../../plan/halfPrecision.ts";
import type { Plan } from "../../plan/trainingPlan.ts";
import type { MachineProgram } from "../plan/planMachine.ts";
import type { Tensor } from "./dispatch.ts";
import { type CheckedTensor, checkedTable, findNotFinite } from "./kernels/findNotFinite.ts";
import { adjustLossScale, LOSS_SCALE, LOSS_SCALE_NUMBERS } from "./kernels/lossScale.ts";
import { REGISTERS_4X8 } from "./kernels/productVariants.ts";
import { deferredTable, sumDeferred } from "./kernels/sums.ts";
import { layOutPool } from "./pool.ts";
import {
  aligned,
  lowerSteps,
  type PlacedDispatch,
  type ProductChoice,
  ProgramLowering,
  placed,
} from "./programLowering.ts";

export interface WebgpuProgram extends MachineProgram {
  readonly dispatches: readonly PlacedDispatch[];
  /**
   * Dispatches that set `NOT_FINITE` if a weight or a moving statistic is infinite or NaN. `NOT_FINITE` must be zero before.
   * Empty in programs that do not train.
   */
  readonly check: readonly PlacedDispatch[];
  /** The size of each storage in words of four bytes. */
  readonly storages: ReadonlyMap<string, number>;
  /** Integers that must be written once, keyed by storage. */
  readonly constants: ReadonlyMap<string, readonly number[]>;
  /** Present when gradients are stored in 16 bits; `initialLossScale` must be written there at the start of a run. */
  readonly lossScale: Tensor | undefined;
  tensor(id: BufferId): Tensor;
}

/** A flag of one number: not zero if a weight or moving statistic was infinite or NaN. */
export const NOT_FINITE: Tensor = { storage: "not finite", base: 0 };

const ARENAS: readonly ArenaName[] = [
  "parameters",
  "movingStatistics",
  "batchStatistics",
  "gradients",
  "optimizerState",
];

/** Whether a storage's size depends on the network alone, not on the batch. */
export function isArena(storage: string): boolean {
  return ARENAS.some((name) => name === storage);
}

/** @param productVariant how products divide over threads. Default: as on a software adapter. */
export function layOutProgram(
  plan: Plan,
  name: ProgramName,
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
    if (pooled !== undefined)
      return { storage: `pool ${pooled}`, base: 0, ...halfOverflowOf(buffer) };
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
  const lossScale = name === "training" && hasHalfGradients(plan) ? LOSS_SCALE : undefined;
  if (lossScale !== undefined) reserve(lossScale.storage, LOSS_SCALE_NUMBERS);
  const lowering = new ProgramLowering(plan, tensor, reserve, { lossScale, productVariant });
  const steps = lowerSteps(plan, name, lowering);
  const beforeUpdate: PlacedDispatch[] = [];
  if (lowering.sums.length > 0) {
    // The number of parts, and so the table, depends on the batch size; storages of other names are shared.
    const table = constant(`table ${plan.batchSize}`, deferredTable(lowering.sums));
    const sums = sumDeferred(lowering.sums, table);
    append(beforeUpdate, placed({ layer: "gradients", phase: "backward" }, sums));
  }
  if (lossScale !== undefined) {
    const gradients = gradientsOf(plan, tensor);
    const table = constant("gradient table", checkedTable(gradients));
    const adjust = adjustLossScale(gradients, table);
    append(beforeUpdate, placed({ layer: "gradients", phase: "update" }, adjust));
  }
  const isUpdate = ({ phase }: PlacedDispatch) => phase === "update";
  const dispatches = [
    ...steps.filter((dispatch) => !isUpdate(dispatch)),
    ...beforeUpdate,
    ...steps.filter(isUpdate),
  ];
  const check: PlacedDispatch[] = [];
  if (name === "training") {
    reserve(NOT_FINITE.storage, 1);
    for (const [storage, tensors] of checkedByStorage(plan, tensor)) {
      const table = constant(`table of ${storage}`, checkedTable(tensors));
      const dispatch = findNotFinite("notFinite", tensors, table, NOT_FINITE);
      append(check, placed({ layer: storage, phase: "update" }, [dispatch]));
    }
  }
  return { plan, dispatches, check, storages, constants, lossScale, tensor };
}

function gradientsOf(plan: Plan, tensor: (id: BufferId) => Tensor) {
  return plan.parameters.flatMap(({ gradient }) =>
    gradient === undefined ? [] : [checked(gradient, plan, tensor)],
  );
}

function checked(id: BufferId, plan: Plan, tensor: (id: BufferId) => Tensor): CheckedTensor {
  return { tensor: tensor(id), count: sizeOf(bufferAt(plan.buffers, id).shape) };
}

/** Returns the weights and moving statistics by storage: a run cannot go on when one of them is infinite or NaN. */
function checkedByStorage(
  plan: Plan,
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

/** A gradient beyond 16 bits must become infinite, so that it is noticed; an activation is clamped, so that the run goes on. */
function halfOverflowOf({ type, role }: PlanBuffer): Pick<Tensor, "halfOverflow"> {
  if (type !== "f16") return {};
  return { halfOverflow: role === "activation-gradient" ? "infinite" : "clamped" };
}

/** Bytes of all storages together. */
export function programBytes({ storages }: Pick<WebgpuProgram, "storages">): number {
  return 4 * [...storages.values()].reduce((total, count) => total + count, 0);
}
