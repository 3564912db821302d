/** What turns a step of a plan into calls of kernels: addresses, scratch memory and window records. */
import type { Shape } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { OpName, WindowAttributes } from "../../../plan/operations.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { KernelName } from "../kernelModule.ts";

export interface Call {
  readonly kernel: KernelName;
  readonly args: readonly number[];
}

export interface Lowering {
  /** In bytes. */
  address(id: BufferId): number;
  /** 0 for an operand that the step leaves out. */
  optional(id: BufferId | undefined): number;
  shape(id: BufferId): Shape;
  /** Elements of a buffer. */
  size(id: BufferId): number;
  /** The address of scratch memory with room for so many numbers, the same for every step. */
  scratch(count: number): number;
  /** The address of a record as `kernels/shared/geometry.ts` reads it. */
  record(values: readonly number[]): number;
}

export type Lower<K extends OpName> = (step: StepOf<K>, lowering: Lowering) => readonly Call[];

/** `[N, H, W, C]` of a feature map's shape. */
export function mapSides(shape: Shape): readonly [number, number, number, number] {
  const [numImages = 1, height = 1, width = 1, channels = 1] = shape;
  return [numImages, height, width, channels];
}

/** Any shape as `[rows, channels]`. */
export function rowSides(shape: Shape): readonly [number, number] {
  const channels = shape.at(-1) ?? 1;
  return [shape.reduce((product, side) => product * side, 1) / channels, channels];
}

/** The record of a window over the map `x` with the result `y`. */
export function windowRecord(
  { kernel, strides, dilation, padding }: WindowAttributes,
  x: Shape,
  y: Shape,
  groups: number,
): readonly number[] {
  const [, rows, columns, filters] = mapSides(y);
  return [
    ...mapSides(x),
    ...[rows, columns, filters],
    ...kernel,
    ...strides,
    ...dilation,
    ...padding,
    groups,
  ];
}
