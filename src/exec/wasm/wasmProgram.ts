/**
 * A plan laid out in one linear memory and lowered to lists of calls. Plans of one network that differ in batch size
 * only agree on where everything persistent lies, so that they run in the same memory, one at a time.
 */
import { append } from "../../core/numbers.ts";
import { type Shape, sizeOf } from "../../core/shape.ts";
import { type ArenaName, assignMemory } from "../../plan/assignMemory.ts";
import {
  type BufferId,
  bufferAt,
  type Phase,
  PROGRAM_NAMES,
  type ProgramName,
} from "../../plan/buffers.ts";
import { type Launch, launchesOf } from "../../plan/marks.ts";
import { writesOf } from "../../plan/step.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
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

export interface CallList {
  readonly address: number;
  readonly launches: readonly PlacedLaunch[];
}

export interface WasmProgram {
  readonly plan: TrainingPlan;
  readonly lists: Readonly<Record<ProgramName, CallList>>;
  /** To be written at `recordsAddress` before the program runs: another one may have written over them. */
  readonly records: Uint8Array;
  readonly recordsAddress: number;
  /** Each thread's own memory, one behind the other. */
  readonly scratchAddress: number;
  readonly scratchBytes: number;
  /** The end of all that the program touches. */
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

/** What outlives a program comes first and has the same place for every batch size. */
const ARENA_ORDER: readonly ArenaName[] = [
  "parameters",
  "movingStatistics",
  "batchStatistics",
  "gradients",
  "optimizerState",
  "inputs",
  "transient",
];

export function layOutProgram(plan: TrainingPlan, threads: number): WasmProgram {
  const memory = assignMemory(plan);
  const bases = new Map<ArenaName, number>();
  let end = FIRST_ADDRESS;
  for (const arena of ARENA_ORDER) {
    bases.set(arena, end);
    end += aligned(memory.arenaBytes[arena]);
  }
  const address = (id: BufferId) => {
    const place = memory.places[id];
    if (place === undefined || bufferAt(plan.buffers, id).unstored)
      throw new RangeError(`the plan stores no buffer ${id}`);
    return (bases.get(place.arena) ?? 0) + place.offsetBytes;
  };
  const shape = (id: BufferId) => bufferAt(plan.buffers, id).shape;
  const { programs, workBytes, scratchBytes } = lowerPlan(plan, { address, shape, end });

  const recordsAddress = end + workBytes;
  const calls = PROGRAM_NAMES.flatMap((name) => programs[name].calls);
  const scratchAddress = recordsAddress + calls.length * RECORD_BYTES;
  let listAddress = recordsAddress;
  const list = (name: ProgramName): CallList => {
    const placed = { address: listAddress, launches: programs[name].launches };
    listAddress += programs[name].calls.length * RECORD_BYTES;
    return placed;
  };
  const [training, evaluation, prediction] = [
    list("training"),
    list("evaluation"),
    list("prediction"),
  ];
  return {
    plan,
    lists: { training, evaluation, prediction },
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
  /** Of the buffers; what calls keep and share lies behind. */
  readonly end: number;
}

/** Numbers asked for one behind the other, and the most there ever were. */
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

/** Twice: what calls share lies behind what is kept, whose size only the first time tells. */
function lowerPlan(plan: TrainingPlan, places: Places) {
  const { keptBytes } = lowerPrograms(plan, places, 0);
  return lowerPrograms(plan, places, keptBytes);
}

function lowerPrograms(plan: TrainingPlan, { address, shape, end }: Places, roomForKept: number) {
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
  const lower = (name: ProgramName) => {
    kept.clear();
    const calls: Call[] = [];
    const launches = launchesOf(plan.programs[name].steps).map((launch): PlacedLaunch => {
      shared.clear();
      const own = lowerOne(launch);
      const first = calls.length;
      append(calls, own);
      const [{ layer, phase }] = launch;
      const label = [layer, ...launch.map(({ op }) => op)].filter(Boolean).join(" ");
      return { launch, label, phase, first, count: own.length };
    });
    return { calls, launches };
  };
  const programs = {
    training: lower("training"),
    evaluation: lower("evaluation"),
    prediction: lower("prediction"),
  };
  return {
    programs,
    keptBytes: kept.most,
    workBytes: roomForKept + shared.most,
    scratchBytes: aligned(scratchNumbers * 4),
  };
}
