/**
 * A compiled network: numbered buffers and three lists of steps over them. It is plain data, so it can be printed, compared and
 * sent by `postMessage`, and every executor computes the same from it. An executor needs memory for the buffers and a kernel
 * for each operation (`operations.ts`); it knows nothing of the original layers.
 *
 * Exactly one step writes each buffer, except buffers of persistent roles. A step lists the buffers that it changes in place
 * under `updates`.
 */
import type { BufferId, PlanBuffer } from "./buffers.ts";
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

export interface TrainingPlan {
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
  readonly programs: {
    readonly training: Program & { readonly results: LossResults };
    readonly evaluation: Program & { readonly results: LossResults };
    /** `output`: `[N, classes]`. */
    readonly prediction: Program & { readonly results: { readonly output: BufferId } };
  };
  /** `[3]`: sum of the steps' mean losses, number of correctly classified images, mean loss of the newest step. */
  readonly metrics: BufferId;
  readonly parameters: readonly PlanParameter[];
}

/** A weight of the network. The list is in Keras' order. */
export interface PlanParameter {
  /** `layer/weight` */
  readonly path: string;
  readonly value: BufferId;
  /** Absent for moving statistics and frozen weights. */
  readonly gradient?: BufferId;
  /** The optimiser's vectors by Keras' name. Empty when there is no gradient. */
  readonly slots: Readonly<Record<string, BufferId>>;
}
