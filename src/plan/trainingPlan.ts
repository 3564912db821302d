/**
 * A compiled network: numbered buffers and three lists of steps over them. Plain data, so that it prints, diffs,
 * crosses `postMessage` and means the same to every executor. An executor needs memory for the buffers, a
 * kernel for each operation (`operations.ts`) and nothing of the layers the plan came from.
 *
 * Every buffer but those of the persistent roles is written by exactly one step; what a step changes in place
 * stands among its `updates`.
 */
import type { Shape } from "../core/shape.ts";
import type { Step } from "./operations.ts";

/** Index into `TrainingPlan.buffers`. */
export type BufferId = number;

export type BufferRole =
  /** Written by whoever runs the program: images, learning rate, step count. */
  | "input"
  | "label"
  | "parameter"
  | "moving-statistic"
  | "optimizer-state"
  /** Sums that gather over steps until they are read and cleared. */
  | "metric"
  /** Of a parameter. */
  | "gradient"
  | "activation"
  | "activation-gradient"
  /** What a forward step leaves for its backward step: batch statistics, places of maxima. */
  | "saved"
  /** Used within a few steps and of no meaning outside. */
  | "scratch"
  /** Read by whoever ran the program: loss and class of each image, the network's output. */
  | "result";

/** Roles whose contents outlive a program: never shared, the same for every batch size. */
export const PERSISTENT_ROLES: ReadonlySet<BufferRole> = new Set([
  "input",
  "label",
  "parameter",
  "moving-statistic",
  "optimizer-state",
  "metric",
]);

export type ElementType = "f32" | "i32";

/** Steps of `program` between which the contents are needed, both included. */
export interface Lifetime {
  readonly program: ProgramName;
  readonly first: number;
  readonly last: number;
}

export interface PlanBuffer {
  readonly id: BufferId;
  readonly role: BufferRole;
  /** A weight's path, a layer's name, `d` before it for a gradient. Unique within a role and program. */
  readonly label: string;
  /** With the batch axis where there is one. */
  readonly shape: Shape;
  /** What an executor stores; both take four bytes unless it chooses otherwise. */
  readonly type: ElementType;
  /** Another name, with another shape, for the contents of that buffer. */
  readonly viewOf?: BufferId;
  /** Absent for persistent roles. A view has the lifetime of what it views. */
  readonly lifetime?: Lifetime;
}

/**
 * - `training`: forward, backward, then update (moving statistics, optimiser, metrics). Without the last
 *   phase it leaves everything persistent as it was: that gives gradients.
 * - `evaluation`: with moving statistics, to the loss and class of each image.
 * - `prediction`: with moving statistics, to the network's own output.
 */
export type ProgramName = "training" | "evaluation" | "prediction";
export const PROGRAM_NAMES: readonly ProgramName[] = ["training", "evaluation", "prediction"];
export type Phase = "forward" | "backward" | "update";

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
