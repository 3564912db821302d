/**
 * A compiled network: numbered buffers and three lists of steps over them. Plain data, so that it prints, diffs,
 * crosses `postMessage` and means the same to every executor. An executor needs memory for the buffers, a
 * kernel for each operation (`operations.ts`) and nothing of the layers the plan came from.
 *
 * Every buffer but those of the persistent roles is written by exactly one step; what a step changes in place
 * stands among its `updates`.
 */
import type { BufferId, PlanBuffer } from "./buffers.ts";
import type { Step } from "./step.ts";

export interface Program {
  /** In the order of their phases. */
  readonly steps: readonly Step[];
}

/** Where a program leaves what it is run for. */
export interface LossResults {
  /** `[N]`, cross-entropy of each image. */
  readonly imageLoss: BufferId;
  /** `[N]` i32, the class of the largest output, the first of equals. */
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
    /** `[1]` i32, updates done before this step. */
    readonly step: BufferId;
  };
  readonly programs: {
    readonly training: Program & { readonly results: LossResults };
    readonly evaluation: Program & { readonly results: LossResults };
    /** `output`: `[N, classes]`. */
    readonly prediction: Program & { readonly results: { readonly output: BufferId } };
  };
  /** `[3]`: sum of the steps' mean losses, images rightly classified, the newest step's mean loss. */
  readonly metrics: BufferId;
  readonly parameters: readonly PlanParameter[];
}

/** A weight of the network, in Keras' order. */
export interface PlanParameter {
  /** `layer/weight` */
  readonly path: string;
  readonly value: BufferId;
  /** Absent for moving statistics and frozen weights. */
  readonly gradient?: BufferId;
  /** The optimiser's vectors by Keras' name; empty where there is no gradient. */
  readonly slots: Readonly<Record<string, BufferId>>;
}
