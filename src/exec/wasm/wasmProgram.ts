/**
 * A program laid out in the linear memory and lowered to a list of kernel calls. All programs of one network have the same
 * addresses for what outlives a program, and use the rest of the memory in turns.
 */
import { append } from "../../core/numbers.ts";
import { type Shape, sizeOf } from "../../core/shape.ts";
import { type ArenaName, assignMemory } from "../../plan/assignMemory.ts";
import { type BufferId, bufferAt, type Phase, type ProgramName } from "../../plan/buffers.ts";
import { type Launch, launchesOf } from "../../plan/marks.ts";
import { writesOf } from "../../plan/step.ts";
import { type Plan, programOf } from "../../plan/trainingPlan.ts";
import type { MachineProgram } from "../plan/planMachine.ts";
import { encodeCalls } from "./callRecords.ts";
import type { Call } from "./kernelCalls.ts";
import { type Lowering, type Operand, stored } from "./lower/lowering.ts";
import { lowerInline, lowerLaunch } from "./lower/registry.ts";
import { RECORD_BYTES } from "./recordLayout.ts";

/** The calls of one launch: consecutive in the list of its program. */
export interface PlacedLaunch {
  readonly launch: Launch;
  /** Layer and operations, for messages. */
  readonly label: string;
  readonly phase: Phase;
  readonly first: number;
  readonly count: number;
}

export interface WasmProgram extends MachineProgram {
  readonly launches: readonly PlacedLaunch[];
  /** Must be cleared before the program runs after another one, because the norm of all gradients includes the zeros between them. */
  readonly gradients: { readonly address: number; readonly sizeBytes: number } | undefined;
  /** Must be written at `recordsAddress` before the program runs, since another program may have overwritten them. */
  readonly records: Uint8Array;
  readonly recordsAddress: number;
  /** The threads' scratch memories lie one behind the other, `scratchBytes` each. */
  readonly scratchAddress: number;
  readonly scratchBytes: number;
  /** The end of the memory that the program uses. */
  readonly numBytes: number;
  readonly numBuffers: number;
  address(id: BufferId): number;
  shape(id: BufferId): Shape;
}

/** The first page holds the kernels' own constants and, at its end, the control block of `kernels/run.ts`. */
const FIRST_ADDRESS = 65_536;
export const CONTROL_ADDRESS = FIRST_ADDRESS - 1024;

/** A cache line, so that threads never write to the same one. */
const ALIGNMENT_BYTES = 64;
const aligned = (numBytes: number) => Math.ceil(numBytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;

/**
 * What outlives a program comes first; the inputs begin with the metrics, which outlive it too. Gradients come after these,
 * because only training programs have them, and other programs use that memory.
 */
const ARENA_ORDER: readonly ArenaName[] = [
  "parameters",
  "movingStatistics",
  "optimizerState",
  "inputs",
  "gradients",
  "batchStatistics",
  "transient",
];

export function layOutProgram(plan: Plan, name: ProgramName, threads: number): WasmProgram {
  const memory = assignMemory(plan);
  const bases = new Map<ArenaName, number>();
  let end = FIRST_ADDRESS;
  for (const arena of ARENA_ORDER) {
    if (arena === "gradients" && name !== "training") continue;
    bases.set(arena, end);
    end += aligned(memory.arenaBytes[arena]);
  }
  const address = (id: BufferId) => {
    const place = memory.places[id];
    const base = place === undefined ? undefined : bases.get(place.arena);
    if (place === undefined || base === undefined || bufferAt(plan.buffers, id).unstored)
      throw new RangeError(`the program stores no buffer ${id}`);
    return base + place.offsetBytes;
  };
  const shape = (id: BufferId) => bufferAt(plan.buffers, id).shape;
  const { calls, launches, workBytes, scratchBytes } = lowerPlan(plan, name, {
    address,
    shape,
    end,
  });

  const gradientsAddress = bases.get("gradients");
  const gradients =
    gradientsAddress === undefined
      ? undefined
      : { address: gradientsAddress, sizeBytes: memory.arenaBytes.gradients };
  const recordsAddress = end + workBytes;
  const scratchAddress = recordsAddress + calls.length * RECORD_BYTES;
  return {
    plan,
    launches,
    gradients,
    records: encodeCalls(calls),
    recordsAddress,
    scratchAddress,
    scratchBytes,
    numBytes: scratchAddress + threads * scratchBytes,
    numBuffers: plan.buffers.length,
    address,
    shape,
  };
}

interface Places {
  address(id: BufferId): number;
  shape(id: BufferId): Shape;
  /** The end of the buffers. The memory that calls keep or share follows it. */
  readonly end: number;
}

/** Hands out consecutive memory, and remembers the largest number of bytes in use. */
class Allotment {
  most = 0;
  #used = 0;

  take(count: number): number {
    const place = this.#used;
    this.#used += aligned(count * 4);
    this.most = Math.max(this.most, this.#used);
    return place;
  }

  clear(): void {
    this.#used = 0;
  }
}

/** Lowers twice: shared memory follows kept memory, and the first pass finds the size of that. */
function lowerPlan(plan: Plan, name: ProgramName, places: Places) {
  const { keptBytes } = lowerSteps(plan, name, places, 0);
  return lowerSteps(plan, name, places, keptBytes);
}

function lowerSteps(
  plan: Plan,
  name: ProgramName,
  { address, shape, end }: Places,
  roomForKept: number,
) {
  const [kept, shared] = [new Allotment(), new Allotment()];
  let scratchNumbers = 0;
  const inline = new Map<BufferId, Operand>();
  const lowering: Lowering = {
    address,
    result: (id) =>
      bufferAt(plan.buffers, id).unstored
        ? end + roomForKept + shared.take(sizeOf(shape(id)))
        : address(id),
    optional: (id) => (id === undefined ? 0 : address(id)),
    operand: (id) => inline.get(id) ?? stored(address(id)),
    shape,
    size: (id) => sizeOf(shape(id)),
    scratch: (count) => {
      scratchNumbers = Math.max(scratchNumbers, count);
    },
    shared: (count) => end + roomForKept + shared.take(count),
    kept: (count) => end + kept.take(count),
  };
  const lowerOne = (launch: Launch): readonly Call[] => {
    const [step] = launch;
    if (!step.inline) return lowerLaunch(launch, lowering);
    const { operand, calls } = lowerInline(step, lowering);
    for (const id of writesOf(step)) inline.set(id, operand);
    return calls;
  };
  const calls: Call[] = [];
  const launches = launchesOf(programOf(plan, name).steps).map((launch): PlacedLaunch => {
    shared.clear();
    const own = lowerOne(launch);
    const first = calls.length;
    append(calls, own);
    const [{ layer, phase }] = launch;
    const label = [layer, ...launch.map(({ op }) => op)].filter(Boolean).join(" ");
    return { launch, label, phase, first, count: own.length };
  });
  return {
    calls,
    launches,
    keptBytes: kept.most,
    workBytes: roomForKept + shared.most,
    scratchBytes: aligned(scratchNumbers * 4),
  };
}
