/**
 * Assigns each buffer an offset in one of a few arenas. Weights, gradients and each optimiser vector are stored in the same
 * order at the same relative offsets, so that one launch can update all weights. The same holds for the moving statistics and
 * the batch statistics that they follow. Buffers that live within one program share memory when their lifetimes do not overlap.
 */
import { greatestOf, leastOf } from "../core/numbers.ts";
import {
  type BufferId,
  type BufferRole,
  contentBytes,
  type Lifetime,
  type PlanBuffer,
  storageOf,
} from "./buffers.ts";
import { inPlaceGroups } from "./inPlace.ts";
import type { Plan, PlanParameter } from "./trainingPlan.ts";

const ARENA_NAMES = [
  "parameters",
  "movingStatistics",
  "batchStatistics",
  "gradients",
  "optimizerState",
  "inputs",
  "transient",
] as const;
export type ArenaName = (typeof ARENA_NAMES)[number];

const ARENAS: { readonly [R in BufferRole]: ArenaName } = {
  parameter: "parameters",
  "moving-statistic": "movingStatistics",
  "batch-statistic": "batchStatistics",
  gradient: "gradients",
  "optimizer-state": "optimizerState",
  input: "inputs",
  label: "inputs",
  metric: "inputs",
  activation: "transient",
  "activation-gradient": "transient",
  saved: "transient",
  scratch: "transient",
  result: "transient",
};

/** Equals one cache line and is a multiple of every SIMD width and of WebGPU's copy alignment. */
const ALIGNMENT_BYTES = 64;

export interface MemoryPlace {
  readonly arena: ArenaName;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export interface MemoryPlan {
  /** Indexed by buffer id. A view has the offset of the buffer it views. A buffer that is not stored has size 0. */
  readonly places: readonly MemoryPlace[];
  readonly arenaBytes: Readonly<Record<ArenaName, number>>;
}

export interface MemoryOptions {
  /** Lets an elementwise step write over an operand whose lifetime ends there. Executors that cannot do so switch it off. */
  readonly inPlace: boolean;
}

/**
 * All offsets are multiples of 64 bytes. Weights, moving statistics, the optimiser's vectors, gradients and the inputs of size 1
 * have the same offsets for every batch size and every choice of programs.
 */
export function assignMemory(
  plan: Plan,
  { inPlace }: MemoryOptions = { inPlace: true },
): MemoryPlan {
  const placed = new Map<BufferId, number>();
  const arenaBytes = { ...emptyArenas() };
  const layOut = (arena: ArenaName, buffers: readonly PlanBuffer[]) => {
    for (const buffer of buffers) {
      placed.set(buffer.id, arenaBytes[arena]);
      arenaBytes[arena] += aligned(buffer);
    }
  };
  const stored = plan.buffers.filter(({ viewOf }) => viewOf === undefined);
  const ofArena = (arena: ArenaName) => stored.filter(({ role }) => ARENAS[role] === arena);
  const byId = (ids: readonly BufferId[]) => ids.flatMap((id) => plan.buffers[id] ?? []);

  const trained = plan.parameters.filter(({ gradient }) => gradient !== undefined);
  const trainedValues = new Set(trained.map(({ value }) => value));
  const isTrained = ({ id }: PlanBuffer) => trainedValues.has(id);
  const parameters = ofArena("parameters");
  layOut("parameters", [
    ...parameters.filter(isTrained),
    ...parameters.filter((buffer) => !isTrained(buffer)),
  ]);
  layOut("gradients", byId(trained.flatMap(({ gradient }) => gradient ?? [])));
  for (const name of Object.keys(trained[0]?.slots ?? {}))
    layOut("optimizerState", byId(trained.flatMap(({ slots }) => slots[name] ?? [])));
  const updated = updatedStatistics(plan.parameters);
  const isUpdated = ({ id }: PlanBuffer) => updated.includes(id);
  layOut("movingStatistics", byId(updated));
  layOut(
    "movingStatistics",
    ofArena("movingStatistics").filter((buffer) => !isUpdated(buffer)),
  );
  const batchStatistics = plan.programs.training?.steps.flatMap((step) =>
    step.op === "movingAverage" ? step.inputs.batch : [],
  );
  layOut("batchStatistics", byId(batchStatistics ?? []));
  layOut("inputs", ofArena("inputs"));

  const groups = inPlace ? inPlaceGroups(plan) : stored.map(({ id }) => [id]);
  const blocks = groups.flatMap((ids) => transientBlock(byId(ids)));
  for (const { block, offset } of packBlocks(blocks)) {
    for (const id of block.ids) placed.set(id, offset);
    arenaBytes.transient = Math.max(arenaBytes.transient, offset + block.sizeBytes);
  }

  const places = plan.buffers.map((buffer): MemoryPlace => {
    const offsetBytes = placed.get(storageOf(plan.buffers, buffer.id)) ?? 0;
    const sizeBytes = buffer.unstored ? 0 : contentBytes(buffer);
    return { arena: ARENAS[buffer.role], offsetBytes, sizeBytes };
  });
  return { places, arenaBytes };
}

/** Returns the total size of all arenas in bytes, which is what an executor allocates when it follows the memory plan. */
export function planBytes(memory: MemoryPlan): number {
  return ARENA_NAMES.reduce((total, arena) => total + memory.arenaBytes[arena], 0);
}

interface Block {
  readonly ids: readonly BufferId[];
  readonly sizeBytes: number;
  readonly lifetime: Lifetime;
}

/** Returns the moving statistics that training updates, in the order in which the steps `movingAverage` list them. */
function updatedStatistics(parameters: readonly PlanParameter[]): readonly BufferId[] {
  const momenta = new Set(parameters.flatMap(({ momentum }) => momentum ?? []));
  return [...momenta].flatMap((momentum) =>
    parameters.filter((parameter) => parameter.momentum === momentum).map(({ value }) => value),
  );
}

/**
 * Merges the buffers of one storage into one block that lives from the first write to the last read. Persistent buffers give no
 * block.
 */
function transientBlock(buffers: readonly PlanBuffer[]): readonly Block[] {
  const lifetimes = buffers.flatMap(({ role, lifetime }) =>
    ARENAS[role] === "transient" && lifetime !== undefined ? lifetime : [],
  );
  const [first] = lifetimes;
  if (first === undefined) return [];
  return [
    {
      ids: buffers.map(({ id }) => id),
      sizeBytes: greatestOf(buffers.map(aligned)),
      lifetime: {
        program: first.program,
        first: leastOf(lifetimes.map((lifetime) => lifetime.first)),
        last: greatestOf(lifetimes.map((lifetime) => lifetime.last)),
      },
    },
  ];
}

interface PlacedBlock {
  readonly block: Block;
  readonly offset: number;
}

/**
 * Packs greedily by size. The largest block is placed first. Each block goes into the smallest sufficient gap between the
 * placed blocks whose lifetimes overlap with its own (Pisarchyk and Lee 2020, "Efficient memory management for deep neural net
 * inference", section 5).
 */
function packBlocks(blocks: readonly Block[]): readonly PlacedBlock[] {
  const placed: PlacedBlock[] = [];
  for (const block of blocks.toSorted((a, b) => b.sizeBytes - a.sizeBytes)) {
    const met = placed
      .filter((other) => overlap(other.block.lifetime, block.lifetime))
      .toSorted((a, b) => a.offset - b.offset);
    let best: { readonly offset: number; readonly slack: number } | undefined;
    let end = 0;
    for (const other of met) {
      const slack = other.offset - end - block.sizeBytes;
      if (slack >= 0 && (best === undefined || slack < best.slack)) best = { offset: end, slack };
      end = Math.max(end, other.offset + other.block.sizeBytes);
    }
    placed.push({ block, offset: best?.offset ?? end });
  }
  return placed;
}

/** Lifetimes in different programs never overlap, because programs never run at the same time. */
function overlap(a: Lifetime, b: Lifetime): boolean {
  return a.program === b.program && a.first <= b.last && b.first <= a.last;
}

function aligned(buffer: PlanBuffer): number {
  return Math.ceil(contentBytes(buffer) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

function emptyArenas(): Record<ArenaName, number> {
  return {
    parameters: 0,
    movingStatistics: 0,
    batchStatistics: 0,
    gradients: 0,
    optimizerState: 0,
    inputs: 0,
    transient: 0,
  };
}
