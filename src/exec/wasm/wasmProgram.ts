/**
 * A plan laid out in one linear memory and lowered to calls of kernels. Plans of one network that differ in batch
 * size only agree on where everything persistent lies, so that they run in the same memory, one at a time.
 */
import { type Shape, sizeOf } from "../../core/shape.ts";
import { type ArenaName, assignMemory } from "../../plan/assignMemory.ts";
import { type BufferId, bufferAt, type Phase, type ProgramName } from "../../plan/buffers.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
import type { Call, Lowering } from "./lower/lowering.ts";
import { lowerStep } from "./lower/registry.ts";

interface PlacedCall extends Call {
  readonly phase: Phase;
  /** Layer and operation, for messages. */
  readonly step: string;
}

export interface WasmProgram {
  readonly plan: TrainingPlan;
  readonly calls: Readonly<Record<ProgramName, readonly PlacedCall[]>>;
  /** To be written at `recordsAddress` before the program runs: another one may have written over them. */
  readonly records: Int32Array;
  readonly recordsAddress: number;
  /** The end of all that the program touches. */
  readonly numBytes: number;
  readonly numBuffers: number;
  address(id: BufferId): number;
  shape(id: BufferId): Shape;
}

/** The first page holds the kernels' own constants. */
const FIRST_ADDRESS = 65_536;

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

const RECORD_NUMBERS = 16;

export function layOutProgram(plan: TrainingPlan): WasmProgram {
  const memory = assignMemory(plan);
  const bases = new Map<ArenaName, number>();
  let end = FIRST_ADDRESS;
  for (const arena of ARENA_ORDER) {
    bases.set(arena, end);
    end += memory.arenaBytes[arena];
  }
  const address = (id: BufferId) => {
    const place = memory.places[id];
    if (place === undefined) throw new RangeError(`the plan has no buffer ${id}`);
    return (bases.get(place.arena) ?? 0) + place.offsetBytes;
  };
  const shape = (id: BufferId) => bufferAt(plan.buffers, id).shape;

  const recordsAddress = end;
  const { training, evaluation, prediction } = plan.programs;
  const numSteps = training.steps.length + evaluation.steps.length + prediction.steps.length;
  const scratchAddress = recordsAddress + numSteps * RECORD_NUMBERS * 4;
  const records: number[] = [];
  let scratchNumbers = 0;
  const lowering: Lowering = {
    address,
    optional: (id) => (id === undefined ? 0 : address(id)),
    shape,
    size: (id) => sizeOf(shape(id)),
    scratch: (count) => {
      scratchNumbers = Math.max(scratchNumbers, count);
      return scratchAddress;
    },
    record: (values) => {
      const place = recordsAddress + records.length * 4;
      records.push(...values);
      return place;
    },
  };
  const callsOf = (name: ProgramName) =>
    plan.programs[name].steps.flatMap((step) =>
      lowerStep(step, lowering).map((call) => ({
        ...call,
        phase: step.phase,
        step: [step.layer, step.op].filter(Boolean).join(" "),
      })),
    );
  const calls = {
    training: callsOf("training"),
    evaluation: callsOf("evaluation"),
    prediction: callsOf("prediction"),
  };
  return {
    plan,
    calls,
    records: Int32Array.from(records),
    recordsAddress,
    numBytes: scratchAddress + scratchNumbers * 4,
    numBuffers: plan.buffers.length,
    address,
    shape,
  };
}
