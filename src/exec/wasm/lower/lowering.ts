/** What turns a step of a plan into calls of kernels: addresses, operands and memory to work in. */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { OpName, WindowAttributes } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import type { Call, RecordValues } from "../kernelCalls.ts";

/** How a kernel gets the values of a tensor: from memory, or computed from other tensors while it loads them. */
export type Operand = RecordValues<"operand">;

/** A tensor that lies in memory as it is. */
export function stored(address: number): Operand {
  return { kind: "plain", source: address, second: 0, coefficients: 0 };
}

export interface Lowering {
  /** In bytes. */
  address(id: BufferId): number;
  /** Of an output: memory that the launch shares, where only the launch reads it. */
  result(id: BufferId): number;
  /** 0 for an operand that the step leaves out. */
  optional(id: BufferId | undefined): number;
  /** For a kernel that can compute what was never stored. */
  operand(id: BufferId): Operand;
  shape(id: BufferId): Shape;
  /** Elements of a buffer. */
  size(id: BufferId): number;
  /** Asks for so many numbers of scratch memory for each thread. */
  scratch(count: number): void;
  /** The address of so many numbers that the calls of this launch share. */
  shared(count: number): number;
  /** The address of so many numbers that stay until the program has ended. */
  kept(count: number): number;
}

export type Lower<K extends OpName> = (step: StepOf<K>, lowering: Lowering) => readonly Call[];

/** Of a step that others can join: with those that do, in their order. */
export type LowerLaunch<K extends OpName> = (
  step: StepOf<K>,
  joined: readonly Step[],
  lowering: Lowering,
) => readonly Call[];

/** Two lists of calls that need nothing of each other: threads meet only where both have come as far. */
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

/** How `count` units divide into chunks of `size` at most. */
export function chunksOf(count: number, size: number): number {
  return Math.max(1, Math.ceil(count / size));
}
