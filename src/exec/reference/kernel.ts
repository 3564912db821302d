/** The interface of a kernel of the reference engine. */
import type { Shape } from "../../core/shape.ts";
import type { BufferId } from "../../plan/buffers.ts";
import type { OpName } from "../../plan/operations.ts";
import type { StepOf } from "../../plan/step.ts";

export interface Memory {
  /** The values of a buffer in row-major order; whole numbers for `i32`. */
  values(id: BufferId): Float64Array;
  /** Undefined for an operand that the step leaves out. */
  optional(id: BufferId | undefined): Float64Array | undefined;
  /** The only value of a buffer of shape `[1]`. */
  scalar(id: BufferId): number;
  shape(id: BufferId): Shape;
}

/** Writes the step's outputs. Outputs may hold old values, so a kernel that accumulates into one must clear it first. */
export type Kernel<K extends OpName> = (step: StepOf<K>, memory: Memory) => void;
