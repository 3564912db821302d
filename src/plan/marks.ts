/**
 * The two marks that passes set on steps, and their rules. Fusion is scheduling only: a marked plan computes the same as the
 * plan without marks, and an executor may ignore all marks.
 *
 * - `inline`: the step's output is not stored; each reader computes it while it loads its operand.
 * - `joins`: the step runs in the launch of the step before it. A buffer that only its own launch reads is not stored.
 */
import { activationFormula } from "../formulas/activations/registry.ts";
import { type BufferId, type ProgramName, storageOf } from "./buffers.ts";
import type { OpName } from "./operations.ts";
import { isResult, type ReadersOf, readersIn } from "./readers.ts";
import { operandsOf, readsOf, type Step, type StepOf, writesOf } from "./step.ts";
import { type Plan, programOf } from "./trainingPlan.ts";

/** Names one operand of each operation. */
type OperandOf = { readonly [K in OpName]?: string };

const MAP_READERS: OperandOf = {
  conv2d: "x",
  conv2dFilterGradient: "x",
  depthwiseConv2d: "x",
  depthwiseConv2dFilterGradient: "x",
  maxPool: "x",
  globalAveragePool: "x",
  add: "terms",
};

/**
 * Operations that can be inline, each with the operands that can be loaded inline. All are elementwise within a channel. The
 * longest chain is normalisation followed by ReLU.
 */
export const INLINE_READERS: { readonly [K in OpName]?: OperandOf } = {
  normalize: { ...MAP_READERS, activation: "x" },
  activation: { ...MAP_READERS, activationGradient: "y" },
  normalizationGradient: { conv2dFilterGradient: "dy", conv2dInputGradient: "dy" },
};

interface Joining {
  readonly operand: string;
  /** Which operand of the step before must be the same buffer, for each operation that may come before. */
  readonly after: OperandOf;
}

/** Operations that can join, each with the buffer it shares with the step before. */
export const JOINS: { readonly [K in OpName]?: Joining } = {
  batchStatistics: { operand: "x", after: { conv2d: "y", depthwiseConv2d: "y" } },
  conv2dInputGradient: { operand: "dy", after: { conv2dFilterGradient: "dy" } },
  depthwiseConv2dInputGradient: { operand: "dy", after: { depthwiseConv2dFilterGradient: "dy" } },
  activationGradient: {
    operand: "dy",
    after: { conv2dInputGradient: "dx", depthwiseConv2dInputGradient: "dx", add: "y" },
  },
  normalizationSums: {
    operand: "dy",
    after: {
      activationGradient: "dx",
      conv2dInputGradient: "dx",
      depthwiseConv2dInputGradient: "dx",
      maxPoolGradient: "dx",
      add: "y",
    },
  },
};

/** A step together with the steps that join it. */
export type Launch = readonly [Step, ...Step[]];

/** Puts every step in exactly one launch, in order. An inline step stands alone in its entry, which is not launched. */
export function launchesOf(steps: readonly Step[]): readonly Launch[] {
  const launches: [Step, ...Step[]][] = [];
  for (const step of steps) {
    const newest = launches.at(-1);
    if (step.joins && newest !== undefined) newest.push(step);
    else launches.push([step]);
  }
  return launches;
}

/**
 * Returns, for the steps of one program, which buffers a step loads. For an inline operand these are the buffers it is computed
 * from.
 */
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

/** Returns, for one program, whether a step can run in the launch that ends with `before`. */
export function joinable(plan: Plan, program: ProgramName): (step: Step, before: Step) => boolean {
  const readersOf = readersIn(plan.buffers, programOf(plan, program).steps);
  return (step, before) => {
    const joining = JOINS[step.op];
    if (joining === undefined || step.phase !== before.phase || step.inline || before.inline)
      return false;
    const shared = joining.after[before.op];
    const [own] = operandOf(step, joining.operand);
    if (shared === undefined || own === undefined || !operandOf(before, shared).includes(own))
      return false;
    return step.op !== "activationGradient" || canMask(step, readersOf(own).length);
  };
}

/**
 * A joined mask replaces the stored gradient. So no other step may read the unmasked gradient, and the factor must be 0 or 1.
 * ELU's factor is not.
 */
function canMask({ attributes }: StepOf<"activationGradient">, numReaders: number): boolean {
  return activationFormula(attributes.activation).fused && numReaders === 1;
}

/** Returns, for one program, why a step cannot be inline, or undefined when every reader can load it inline. */
export function inlineFaults(plan: Plan, program: ProgramName): (step: Step) => string | undefined {
  const readersOf = readersIn(plan.buffers, programOf(plan, program).steps);
  return (step) => {
    const operands = INLINE_READERS[step.op];
    const isOther =
      step.op === "activation" && !activationFormula(step.attributes.activation).fused;
    if (operands === undefined || isOther) return `${step.op} cannot be inline`;
    return writesOf(step)
      .map((id) =>
        isResult(plan, program, id)
          ? "what the program is run for must be stored"
          : readerFault(plan, id, operands, readersOf),
      )
      .find((fault) => fault !== undefined);
  };
}

/** Returns, for one program, what is wrong with a step's marks, or undefined. */
export function markFaults(
  plan: Plan,
  program: ProgramName,
): (step: Step, before: Step | undefined) => string | undefined {
  const inlineFault = inlineFaults(plan, program);
  const canJoin = joinable(plan, program);
  return (step, before) => {
    if (step.joins && (before === undefined || !canJoin(step, before)))
      return "it cannot join the step before";
    return step.inline ? inlineFault(step) : undefined;
  };
}

function readerFault(
  { buffers }: Plan,
  id: BufferId,
  operands: OperandOf,
  readersOf: ReadersOf,
): string | undefined {
  const readers = readersOf(id);
  if (readers.length === 0) return "no step reads what is inline";
  const unable = readers.find((reader) => {
    const taken = operands[reader.op];
    return operandsOf(reader)
      .filter(({ name }) => name !== taken)
      .some(({ ids }) => ids.some((read) => storageOf(buffers, read) === id));
  });
  if (unable !== undefined) return `${unable.op} ${unable.layer} cannot load it inline`;
  const isViewed = buffers.some(({ viewOf }) => viewOf === id);
  return isViewed ? "what has another shape too must be stored" : undefined;
}

function operandOf(step: Step, operand: string): readonly BufferId[] {
  return operandsOf(step).find(({ name }) => name === operand)?.ids ?? [];
}
