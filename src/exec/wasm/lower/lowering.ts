/** What turns a step of a plan into calls of kernels: addresses, operands and memory to work in. */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { OpName, WindowAttributes } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import type { KernelName } from "../kernelModule.ts";

/** An argument that the kernel reads as a float. A plain number is an integer or an address. */
export interface FloatArgument {
  readonly float: number;
}
export type Argument = number | FloatArgument;

export function f32(value: number): FloatArgument {
  return { float: value };
}

/** A kernel over so many chunks; `kernels/run.ts` says what holds between them. */
export interface Call {
  readonly kernel: KernelName;
  readonly chunks: number;
  /** The next call needs nothing of this one: threads go on without meeting. */
  readonly goesOn?: boolean;
  /** As the kernel's comment lists them. */
  readonly args: readonly Argument[];
}

/** The four arguments that `kernels/shared/operand.ts` reads. */
export type OperandArguments = readonly [number, number, number, number];

export interface Lowering {
  /** In bytes. */
  address(id: BufferId): number;
  /** Of an output: memory that the launch shares, where only the launch reads it. */
  result(id: BufferId): number;
  /** 0 for an operand that the step leaves out. */
  optional(id: BufferId | undefined): number;
  /** For a kernel that can compute what was never stored. */
  operand(id: BufferId): OperandArguments;
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

/** The sixteen arguments of a window over the map `x` with the result `y`, as `kernels/shared/geometry.ts` reads them. */
export function windowArguments(
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

/** How `count` units divide into chunks of `size` at most. */
export function chunksOf(count: number, size: number): number {
  return Math.max(1, Math.ceil(count / size));
}
