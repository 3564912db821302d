/** A step of a plan: an operation of the vocabulary with its place, and its operands without minding which it is. */
import type { BufferId, Phase } from "./buffers.ts";
import type { Operations, OpName } from "./operations.ts";

type Ids = readonly BufferId[];

/** What an emitter says of a step. */
export type StepDraftOf<K extends OpName> = Operations[K] & { readonly op: K };
export type StepDraft = { [K in OpName]: StepDraftOf<K> }[OpName];

interface StepPlace {
  /** The layer it belongs to; the optimiser's steps name none. */
  readonly layer: string;
  readonly phase: Phase;
}

/**
 * How a step is run, not what it computes; passes set these, and an executor may ignore both. `marks.ts` has
 * the rules.
 */
interface StepMarks {
  /** The output is stored nowhere: whoever reads it computes it while loading. */
  readonly inline?: true;
  /** Runs in the same launch as the step before. */
  readonly joins?: true;
}

export type StepOf<K extends OpName> = StepDraftOf<K> & StepPlace & StepMarks;
export type Step = { [K in OpName]: StepOf<K> }[OpName];

export type OperandGroup = "inputs" | "updates" | "outputs";

/** One operand of a step. A list is one operand with several ids. */
export interface Operand {
  readonly group: OperandGroup;
  readonly name: string;
  readonly ids: readonly BufferId[];
  readonly isList: boolean;
}

/** What all steps have in common, for whoever looks at operands without minding the operation. */
interface OperandsOfStep {
  readonly inputs: object;
  readonly updates?: object;
  readonly outputs: object;
}

/** Every operand of a step in a fixed order: inputs, updates, outputs. */
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

/** What a step needs to be there before it runs, in-place operands included. */
export function readsOf(step: OperandsOfStep): readonly BufferId[] {
  return operandsOf(step).flatMap(({ group, ids }) => (group === "outputs" ? [] : ids));
}

/** What a step writes anew. */
export function writesOf(step: OperandsOfStep): readonly BufferId[] {
  return operandsOf(step).flatMap(({ group, ids }) => (group === "outputs" ? ids : []));
}
