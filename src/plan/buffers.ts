/**
 * Describes the buffers of a plan: the role of each and its lifetime. These are plain data; the executor allocates the memory.
 */
import { type Shape, sizeOf } from "../core/shape.ts";

/** Index into `TrainingPlan.buffers`. */
export type BufferId = number;

export type BufferRole =
  /** The caller writes it before a program runs: images, learning rate, step count. */
  | "input"
  | "label"
  | "parameter"
  | "moving-statistic"
  | "optimizer-state"
  /** Sums that accumulate over steps until they are read and cleared. */
  | "metric"
  /** The gradient of the loss with respect to a parameter. */
  | "gradient"
  | "activation"
  | "activation-gradient"
  /** Mean or variance of the batch. The backward step uses it, and a moving statistic follows it. */
  | "batch-statistic"
  /** What a forward step stores for its backward step: the positions of the maxima. */
  | "saved"
  /** Used within a few steps and meaningless outside of them. */
  | "scratch"
  /** The caller reads it after a program has run: loss and class of each image, the network's output. */
  | "result";

/** Roles whose contents outlive a program. Their memory is never shared, and it is the same for every batch size. */
export const PERSISTENT_ROLES: ReadonlySet<BufferRole> = new Set([
  "input",
  "label",
  "parameter",
  "moving-statistic",
  "optimizer-state",
  "metric",
]);

/** Only `halfPrecision.ts` assigns `f16`. */
export type ElementType = "f32" | "i32" | "f16";

/** The first and the last step of `program` that need the contents, both included. */
export interface Lifetime {
  readonly program: ProgramName;
  readonly first: number;
  readonly last: number;
}

export interface PlanBuffer {
  readonly id: BufferId;
  readonly role: BufferRole;
  /** For people: a weight's path or a layer's name, with `d` before it for a gradient. */
  readonly label: string;
  /** Includes the batch axis where there is one. */
  readonly shape: Shape;
  /** The stored type: 4 bytes a number, or 2 for `f16`. */
  readonly type: ElementType;
  /** This buffer is a view: it gives the contents of that buffer another shape. */
  readonly viewOf?: BufferId;
  /** Absent for persistent roles and for buffers that are not stored. A view has the lifetime of the buffer it views. */
  readonly lifetime?: Lifetime;
  /**
   * The contents are never in memory: either only the launch that computes them reads them, or each reader recomputes them. See
   * `marks.ts`.
   */
  readonly unstored?: true;
}

/**
 * - `training`: forward, backward, then update (moving statistics, optimiser, metrics). Without the update phase it leaves all
 *   persistent buffers unchanged and only computes gradients.
 * - `evaluation`: uses moving statistics and computes the loss and class of each image.
 * - `prediction`: uses moving statistics and computes the network's own output.
 */
export type ProgramName = "training" | "evaluation" | "prediction";
export const PROGRAM_NAMES: readonly ProgramName[] = ["training", "evaluation", "prediction"];
export type Phase = "forward" | "backward" | "update";

/** Bytes of the stored contents, without padding. */
export function contentBytes({ shape, type }: Pick<PlanBuffer, "shape" | "type">): number {
  return (type === "f16" ? 2 : 4) * sizeOf(shape);
}

/** @throws RangeError when no buffer has this id. */
export function bufferAt(buffers: readonly PlanBuffer[], id: BufferId): PlanBuffer {
  const buffer = buffers[id];
  if (buffer === undefined) throw new RangeError(`the plan has no buffer ${id}`);
  return buffer;
}

/** Returns the buffer that stores the contents: the buffer itself, or the buffer it views. */
export function storageOf(buffers: readonly PlanBuffer[], id: BufferId): BufferId {
  return bufferAt(buffers, id).viewOf ?? id;
}
