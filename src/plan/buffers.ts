/** The buffers of a plan: what each is for, and from when to when its contents are needed. Data, no storage. */
import { type Shape, sizeOf } from "../core/shape.ts";

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
  /** Mean or variance of the batch, for the backward step and for a moving statistic to follow. */
  | "batch-statistic"
  /** What a forward step leaves for its backward step: places of maxima. */
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

/** `f16` only where `halves.ts` says so. */
export type ElementType = "f32" | "i32" | "f16";

/** Steps of `program` between which the contents are needed, both included. */
export interface Lifetime {
  readonly program: ProgramName;
  readonly first: number;
  readonly last: number;
}

export interface PlanBuffer {
  readonly id: BufferId;
  readonly role: BufferRole;
  /** A weight's path or a layer's name, with `d` before it for a gradient. For people. */
  readonly label: string;
  /** With the batch axis where there is one. */
  readonly shape: Shape;
  /** What an executor stores: four bytes a number, two of `f16`. */
  readonly type: ElementType;
  /** Another name, with another shape, for the contents of that buffer. */
  readonly viewOf?: BufferId;
  /** Absent for persistent roles and where nothing is stored. A view has the lifetime of what it views. */
  readonly lifetime?: Lifetime;
  /** No step outside the launch that makes the contents loads them, or each one makes them anew: see `marks.ts`. */
  readonly unstored?: true;
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

/** Of the stored contents, without padding. */
export function contentBytes({ shape, type }: Pick<PlanBuffer, "shape" | "type">): number {
  return (type === "f16" ? 2 : 4) * sizeOf(shape);
}

/** @throws RangeError for an id that no buffer has. */
export function bufferAt(buffers: readonly PlanBuffer[], id: BufferId): PlanBuffer {
  const buffer = buffers[id];
  if (buffer === undefined) throw new RangeError(`the plan has no buffer ${id}`);
  return buffer;
}

/** The buffer that holds the contents: itself, unless it is a view. */
export function storageOf(buffers: readonly PlanBuffer[], id: BufferId): BufferId {
  return bufferAt(buffers, id).viewOf ?? id;
}
