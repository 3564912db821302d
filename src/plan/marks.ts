/**
 * The two marks that passes set on steps, and what follows from them. Fusion is scheduling: a marked plan means
 * what the same plan without marks means, and an executor may ignore them all.
 *
 * - `inline`: the step's output is stored nowhere; each reader computes it while it loads.
 * - `joins`: the step runs in the launch of the step before it. What only its own launch reads is not stored.
 */
import { type BufferId, type ProgramName, storageOf } from "./buffers.ts";
import type { OpName } from "./operations.ts";
import { isResult, readersOf } from "./readers.ts";
import { operandsOf, readsOf, type Step, writesOf } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

/** Operands, by operation, that can be computed while they are loaded. */
type InlineReaders = { readonly [K in OpName]?: string };

const MAP_READERS: InlineReaders = {
  conv2d: "x",
  conv2dFilterGradient: "x",
  depthwiseConv2d: "x",
  depthwiseConv2dFilterGradient: "x",
  maxPool: "x",
  globalAveragePool: "x",
  add: "terms",
};

/**
 * Operations that can be inline, each with the readers that can take its output so: elementwise within a channel,
 * and no chain longer than normalisation and ReLU.
 */
const INLINE: { readonly [K in OpName]?: InlineReaders } = {
  normalize: { ...MAP_READERS, activation: "x" },
  activation: { ...MAP_READERS, activationGradient: "y" },
  normalizationGradient: { conv2dFilterGradient: "dy", conv2dInputGradient: "dy" },
};

/** Operations that can join, each with those it can directly follow in a launch. */
const JOINS: { readonly [K in OpName]?: readonly OpName[] } = {
  batchStatistics: ["conv2d", "depthwiseConv2d"],
  conv2dInputGradient: ["conv2dFilterGradient"],
  depthwiseConv2dInputGradient: ["depthwiseConv2dFilterGradient"],
  activationGradient: ["conv2dInputGradient", "depthwiseConv2dInputGradient", "add"],
  normalizationSums: [
    "activationGradient",
    "conv2dInputGradient",
    "depthwiseConv2dInputGradient",
    "maxPoolGradient",
    "add",
  ],
};

/** A step and those that join it. */
export type Launch = readonly [Step, ...Step[]];

/** Every step in exactly one launch, in order. One of an inline step stands alone, and launches nothing. */
export function launchesOf(steps: readonly Step[]): readonly Launch[] {
  const launches: [Step, ...Step[]][] = [];
  for (const step of steps) {
    const newest = launches.at(-1);
    if (step.joins && newest !== undefined) newest.push(step);
    else launches.push([step]);
  }
  return launches;
}

/** For the steps of a program: what each loads, which for an inline operand is what that is computed from. */
export function loadsOf(steps: readonly Step[]): (step: Step) => readonly BufferId[] {
  const inline = new Map(
    steps.flatMap((step) =>
      step.inline ? writesOf(step).map((id): [BufferId, Step] => [id, step]) : [],
    ),
  );
  const load = (id: BufferId): readonly BufferId[] => {
    const source = inline.get(id);
    return source === undefined ? [id] : readsOf(source).flatMap(load);
  };
  return (step) => readsOf(step).flatMap(load);
}

/** Whether every reader of the step's output can compute it while loading, so that none needs it stored. */
export function canBeInline(plan: TrainingPlan, program: ProgramName, step: Step): boolean {
  return inlineFault(plan, program, step) === undefined;
}

/** Whether the marks of a step keep the rules: answers with the fault in words. */
export function markFault(
  plan: TrainingPlan,
  program: ProgramName,
  index: number,
): string | undefined {
  const { steps } = plan.programs[program];
  const step = steps[index];
  if (step?.joins) {
    const before = steps[index - 1];
    if (before === undefined || !canJoin(step, before)) return "it cannot join the step before it";
  }
  return step?.inline ? inlineFault(plan, program, step) : undefined;
}

/** Whether a step can run in the launch that ends with `before`. */
function canJoin(step: Step, before: Step): boolean {
  const isApart = step.phase !== before.phase || (step.inline ?? before.inline ?? false);
  return !isApart && (JOINS[step.op]?.includes(before.op) ?? false);
}

function inlineFault(plan: TrainingPlan, program: ProgramName, step: Step): string | undefined {
  const readers = INLINE[step.op];
  if (readers === undefined || (step.op === "activation" && step.attributes.activation !== "relu"))
    return `${step.op} cannot be inline`;
  for (const id of writesOf(step)) {
    if (isResult(plan, program, id)) return "what the program is run for must be stored";
    const found = readersOf(plan, plan.programs[program].steps, id);
    if (found.length === 0) return "no step reads what is inline";
    const unable = found.find((reader) =>
      operandsOf(reader).some(({ name, ids }) => {
        const reads = ids.some((read) => storageOf(plan.buffers, read) === id);
        return reads && (readers[reader.op] !== name || !ids.includes(id));
      }),
    );
    if (unable !== undefined) return `${unable.op} ${unable.layer} cannot read it inline`;
  }
  return undefined;
}
