/**
 * A compiled network: numbered buffers and up to three lists of steps over them. It is plain data, so it can be printed, compared and
 * sent by `postMessage`, and every executor computes the same from it. An executor needs memory for the buffers and a kernel
 * for each operation (`operations.ts`); it knows nothing of the original layers.
 *
 * Exactly one step writes each buffer, except buffers of persistent roles. A step lists the buffers that it changes in place
 * under `updates`.
 */
import { type BufferId, type PlanBuffer, PROGRAM_NAMES, type ProgramName } from "./buffers.ts";
import type { Step } from "./step.ts";

export interface Program {
  /** Sorted by phase. */
  readonly steps: readonly Step[];
}

/** The buffers that hold the results of a program. */
export interface LossResults {
  /** `[N]`, the cross-entropy of each image. */
  readonly imageLoss: BufferId;
  /** `[N]` i32, the class with the largest output; the first one if several are equal. */
  readonly predicted: BufferId;
}

interface ResultsOf {
  readonly training: LossResults;
  readonly evaluation: LossResults;
  /** `output`: `[N, classes]`. */
  readonly prediction: { readonly output: BufferId };
}
export type Programs = {
  readonly [N in ProgramName]: Program & { readonly results: ResultsOf[N] };
};

/** The programs of a network that were compiled together. */
export interface Plan {
  readonly name: string;
  readonly batchSize: number;
  readonly numClasses: number;
  readonly buffers: readonly PlanBuffer[];
  readonly inputs: {
    /** `[N, H, W, C]` */
    readonly images: BufferId;
    /** `[N]` i32, class indices. */
    readonly labels: BufferId;
    /** `[1]` */
    readonly learningRate: BufferId;
    /** `[1]` i32, the number of updates before this step. */
    readonly step: BufferId;
  };
  readonly programs: Partial<Programs>;
  /** `[3]`: sum of the steps' mean losses, number of correctly classified images, mean loss of the newest step. */
  readonly metrics: BufferId;
  readonly parameters: readonly PlanParameter[];
}

/** A plan with all three programs. */
export interface TrainingPlan extends Plan {
  readonly programs: Programs;
}

/** A weight of the network. The list is in Keras' order. */
export interface PlanParameter {
  /** `layer/weight` */
  readonly path: string;
  readonly value: BufferId;
  /** Absent for moving statistics and frozen weights. */
  readonly gradient?: BufferId;
  /** Present for a moving statistic that training updates: the share of its value that a step keeps. */
  readonly momentum?: number;
  /** The optimiser's vectors by Keras' name. Empty when there is no gradient. */
  readonly slots: Readonly<Record<string, BufferId>>;
}

/** The names of the programs that the plan holds, in the order in which they were compiled. */
export function programsOf({ programs }: Pick<Plan, "programs">): readonly ProgramName[] {
  return PROGRAM_NAMES.filter((name) => programs[name] !== undefined);
}

/** @throws RangeError when the plan does not hold this program. */
export function programOf<N extends ProgramName>(
  { programs }: Pick<Plan, "programs">,
  name: N,
): Programs[N] {
  const program: Partial<Programs>[N] = programs[name];
  if (program === undefined) throw new RangeError(`the plan holds no ${name} program`);
  return program;
}

/**
 * Returns the buffer that the loss of a program takes, `[N, classes]`, and the kind of head that it comes from: logits of a
 * softmax head, or the output of a linear one.
 *
 * @throws RangeError when the program has no loss.
 */
export function lossInputOf({ steps }: Program): {
  readonly taken: BufferId;
  readonly head: "softmax" | "linear";
} {
  for (const { op, inputs } of steps) {
    if (op === "softmaxCrossEntropy") return { taken: inputs.logits, head: "softmax" };
    if (op === "clippedCrossEntropy") return { taken: inputs.x, head: "linear" };
  }
  throw new RangeError("the program has no loss");
}
