/** What lowers a step of a plan to calls of kernels: it gives addresses, operands and memory to work in. */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { OpName, WindowAttributes } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import type { Call, RecordValues } from "../kernelCalls.ts";

/** How a kernel gets the values of a tensor: from memory, or computed from other tensors while it loads them. */
export type Operand = RecordValues<"operand">;

/** A tensor that is stored in memory. */
export function stored(address: number): Operand {
  return { kind: "plain", source: address, second: 0, coefficients: 0 };
}

export interface Lowering {
  /** The address of a buffer in bytes. */
  address(id: BufferId): number;
  /** The address of an output. One that only its launch reads is in memory that the launch's calls share. */
  result(id: BufferId): number;
  /** The address of a buffer, and 0 for an operand that the step leaves out. */
  optional(id: BufferId | undefined): number;
  /** An operand for a kernel that can compute what was never stored. */
  operand(id: BufferId): Operand;
  shape(id: BufferId): Shape;
  /** The number of elements of a buffer. */
  size(id: BufferId): number;
  /** Reserves scratch memory for this many numbers for each thread. */
  scratch(count: number): void;
  /** Reserves memory for numbers that the calls of this launch share, and returns their address. */
  shared(count: number): number;
  /** Reserves memory for numbers that stay until the program ends, and returns their address. */
  kept(count: number): number;
}

/** Lowers a step together with the steps that join it, in their order. */
export type Lower<K extends OpName> = (
  step: StepOf<K>,
  lowering: Lowering,
  joined: readonly Step[],
) => readonly Call[];

/** Alternates two lists of calls that do not depend on each other, with a barrier only after each pair. */
export function sideBySide(some: readonly Call[], others: readonly Call[]): readonly Call[] {
  const shorter = Math.min(some.length, others.length);
  const both = others.slice(0, shorter).flatMap((other, index) => {
    const one = some[index];
    return one === undefined
      ? []
      : [
          { ...one, goesOn: true },
          { ...other, goesOn: false },
        ];
  });
  return [...both, ...some.slice(shorter), ...others.slice(shorter)];
}

/** A window over the map `x` with the result `y`. */
export function slidingWindow(
  { kernel, strides, dilation, padding }: WindowAttributes,
  x: Shape,
  y: Shape,
  groups = 1,
): RecordValues<"slidingWindow"> {
  const [images, height, width, channels] = mapSides(x);
  const [, rows, columns, filters] = mapSides(y);
  const [kernelHeight, kernelWidth] = kernel;
  const [strideY, strideX] = strides;
  const [dilationY, dilationX] = dilation;
  const [paddingY, paddingX] = padding;
  return {
    ...{ images, height, width, channels, rows, columns, filters },
    ...{ kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, paddingY, paddingX },
    groups,
  };
}

/** The number of chunks that `count` units make, each of at most `size` units. */
export function chunksOf(count: number, size: number): number {
  return Math.max(1, Math.ceil(count / size));
}
