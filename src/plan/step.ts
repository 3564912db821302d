/** A step of a plan: an operation with its layer and phase, and access to its operands independent of the operation. */
import type { BufferId, Phase } from "./buffers.ts";
import type { Operations, OpName } from "./operations.ts";

type Ids = readonly BufferId[];

/** The part of a step that an emitter gives. The tape adds layer and phase. */
export type StepDraftOf<K extends OpName> = Operations[K] & { readonly op: K };
export type StepDraft = { [K in OpName]: StepDraftOf<K> }[OpName];

interface StepPlace {
  /** The layer that emitted the step; empty for steps of the optimiser. */
  readonly layer: string;
  readonly phase: Phase;
}

/**
 * Scheduling hints: how a step is run, not what it computes. Passes set them, and an executor may ignore both. `marks.ts` has
 * the rules.
 */
interface StepMarks {
  /** The output is not stored: each reader computes it while it loads. */
  readonly inline?: true;
  /** The step runs in the same launch as the step before. */
  readonly joins?: true;
}

export type StepOf<K extends OpName> = StepDraftOf<K> & StepPlace & StepMarks;
export type Step = { [K in OpName]: StepOf<K> }[OpName];

export type OperandGroup = "inputs" | "updates" | "outputs";

/** One operand of a step. A list of buffers is one operand with several ids. */
export interface Operand {
  readonly group: OperandGroup;
  readonly name: string;
  readonly ids: readonly BufferId[];
  readonly isList: boolean;
}

/** The part that all steps share, for code that visits operands independent of the operation. */
interface OperandsOfStep {
  readonly inputs: object;
  readonly updates?: object;
  readonly outputs: object;
}

/** Returns every operand of a step in a fixed order: inputs, updates, outputs. */
export function operandsOf(step: OperandsOfStep): readonly Operand[] {
  const groups = [
    ["inputs", step.inputs],
    ["updates", step.updates ?? {}],
    ["outputs", step.outputs],
  ] as const;
  return groups.flatMap(([group, operands]) =>
    Object.entries(operands as Readonly<Record<string, BufferId | Ids>>).map(([name, value]) =>
      typeof value === "number"
        ? { group, name, ids: [value], isList: false }
        : { group, name, ids: value, isList: true },
    ),
  );
}

/** Returns the buffers that must be written before the step runs, including those it updates in place. */
export function readsOf(step: OperandsOfStep): readonly BufferId[] {
  return operandsOf(step).flatMap(({ group, ids }) => (group === "outputs" ? [] : ids));
}

/** Returns the outputs of a step, which it overwrites completely. */
export function writesOf(step: OperandsOfStep): readonly BufferId[] {
  return operandsOf(step).flatMap(({ group, ids }) => (group === "outputs" ? ids : []));
}
