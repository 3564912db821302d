/**
 * A plan laid out in one linear memory and lowered to lists of calls. Plans of one network that differ in batch size
 * only agree on where everything persistent lies, so that they run in the same memory, one at a time.
 */
import { type Shape, sizeOf } from "../../core/shape.ts";
import { type ArenaName, assignMemory } from "../../plan/assignMemory.ts";
import {
  type BufferId,
  bufferAt,
  PROGRAM_NAMES,
  type Phase,
  type ProgramName,
} from "../../plan/buffers.ts";
import type { Step } from "../../plan/step.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
import { encodeCalls, RECORD_BYTES } from "./callRecords.ts";
import type { Call, Lowering } from "./lower/lowering.ts";
import { lowerStep } from "./lower/registry.ts";

/** The calls of one step: consecutive in the list of its program. */
export interface PlacedStep {
  readonly step: Step;
  /** Layer and operation, for messages. */
  readonly label: string;
  readonly phase: Phase;
  readonly first: number;
  readonly count: number;
}

export interface CallList {
  readonly address: number;
  readonly steps: readonly PlacedStep[];
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
    if (place === undefined) throw new RangeError(`the plan has no buffer ${id}`);
    return (bases.get(place.arena) ?? 0) + place.offsetBytes;
  };
  const shape = (id: BufferId) => bufferAt(plan.buffers, id).shape;
  const { programs, sharedBytes, scratchBytes } = lowerPlan(plan, { address, shape, end });

  const recordsAddress = end + sharedBytes;
  const calls = PROGRAM_NAMES.flatMap((name) => programs[name].calls);
  const scratchAddress = recordsAddress + calls.length * RECORD_BYTES;
  let listAddress = recordsAddress;
  const list = (name: ProgramName): CallList => {
    const placed = { address: listAddress, steps: programs[name].steps };
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
  /** Of the buffers; what the calls of a step share lies behind. */
  readonly end: number;
}

function lowerPlan(plan: TrainingPlan, { address, shape, end }: Places) {
  let sharedNumbers = 0;
  let mostShared = 0;
  let scratchNumbers = 0;
  const lowering: Lowering = {
    address,
    optional: (id) => (id === undefined ? 0 : address(id)),
    operand: (id) => [0, address(id), 0, 0],
    shape,
    size: (id) => sizeOf(shape(id)),
    scratch: (count) => {
      scratchNumbers = Math.max(scratchNumbers, count);
    },
    shared: (count) => {
      const place = end + sharedNumbers * 4;
      sharedNumbers += aligned(count * 4) / 4;
      mostShared = Math.max(mostShared, sharedNumbers);
      return place;
    },
  };
  const lower = (name: ProgramName) => {
    const calls: Call[] = [];
    const steps = plan.programs[name].steps.map((step): PlacedStep => {
      sharedNumbers = 0;
      const own = lowerStep(step, lowering);
      const first = calls.length;
      calls.push(...own);
      const label = [step.layer, step.op].filter(Boolean).join(" ");
      return { step, label, phase: step.phase, first, count: own.length };
    });
    return { calls, steps };
  };
  const programs = {
    training: lower("training"),
    evaluation: lower("evaluation"),
    prediction: lower("prediction"),
  };
  return { programs, sharedBytes: mostShared * 4, scratchBytes: aligned(scratchNumbers * 4) };
}
