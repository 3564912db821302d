/** The interface of a kernel of the reference engine. */
import type { Shape } from "../../core/shape.ts";
import type { BufferId } from "../../plan/buffers.ts";
import type { Operations, OpName } from "../../plan/operations.ts";

export interface Memory {
  /** The values of a buffer in row-major order; whole numbers for `i32`. */
  values(id: BufferId): Float64Array;
  shape(id: BufferId): Shape;
}

/** Gives each operand of a group another type: one for a buffer, or a list of them for a list of buffers. */
type EachAs<Group, T> = {
  readonly [N in keyof Group]: Group[N] extends readonly BufferId[] ? readonly T[] : T;
};
type OperandsAs<K extends OpName, T> = EachAs<Operations[K]["inputs"], T> &
  EachAs<Operations[K]["outputs"], T> &
  (Operations[K] extends { readonly updates: infer Updates } ? EachAs<Updates, T> : unknown);

/** The values of a step's operands by their names, in row-major order. */
export type ValuesOf<K extends OpName> = OperandsAs<K, Float64Array>;
export type ShapesOf<K extends OpName> = OperandsAs<K, Shape>;

/** Writes the step's outputs. Outputs may hold old values, so a kernel that accumulates into one must clear it first. */
export type Kernel<K extends OpName> = (
  operands: ValuesOf<K>,
  attributes: Operations[K]["attributes"],
  shapes: ShapesOf<K>,
) => void;
