/** What turns a step of a plan into dispatches: where its operands lie, and memory to work in. */
import type { Shape } from "../../core/shape.ts";
import type { BufferId } from "../../plan/buffers.ts";
import type { OpName } from "../../plan/operations.ts";
import type { StepOf } from "../../plan/step.ts";
import type { NamedProduct, ProductVariant } from "./kernels/productVariants.ts";
import type { Dispatch, Kernel, Operand, Tensor, Width } from "./shader.ts";

/** Partial sums that one dispatch at the end of the backward phase adds up, all at once. */
export interface DeferredSum {
  /** `[numParts, count]`, `count` rounded up to a multiple of 4. */
  readonly parts: Tensor;
  readonly numParts: number;
  readonly count: number;
  readonly sum: Tensor;
}

export interface Lowering {
  /** Present where gradients are stored in 16 bits: `lossScale.ts` says what lies there. */
  readonly lossScale: Tensor | undefined;
  /** Where a buffer's contents are stored; of an output that only its launch reads, memory of the launch. */
  tensor(id: BufferId): Tensor;
  optional(id: BufferId | undefined): Tensor | undefined;
  /** For an operand that a kernel can compute while it loads it. */
  operand(id: BufferId): Operand;
  shape(id: BufferId): Shape;
  /** So many numbers until the launch has ended, in a storage that no other operand of the launch lies in. */
  scratch(count: number): Tensor;
  /** So many numbers that stay until the program has ended. */
  kept(count: number): Tensor;
  /** As `kept`, for the parts of a `DeferredSum`. */
  parts(count: number): Tensor;
  deferSum(sum: DeferredSum): void;
  /** How a product of this name and size divides over threads. */
  productVariant(product: NamedProduct): ProductVariant;
}

export type Lower<K extends OpName> = (step: StepOf<K>, lowering: Lowering) => readonly Dispatch[];

/** ReLU's mask, laid on a gradient as it is written: nothing passes where `y` is not positive. */
export interface Mask {
  readonly y: Operand;
  /** In place of the output without the mask, which nobody reads. */
  readonly dx: Tensor;
}

/** WGSL that a kernel takes along: operands and numbers under names of their own, and lines of its body. */
interface Fragment {
  readonly reads: NonNullable<Kernel["reads"]>;
  readonly writes: Kernel["writes"];
  readonly numbers: NonNullable<Kernel["numbers"]>;
}

/** Sums over the rows of what a kernel writes, for a thread that goes over the rows of one `chunk` and `channel`. */
export interface RowSums extends Fragment {
  readonly start: string;
  /** Adds `value` at the place `at`. */
  readonly add: string;
  /** Leaves the chunk's part. */
  readonly end: string;
}

/** What makes an inline step's coefficients: for `channel`, from what a sum over the rows has come to. */
export interface Coefficients extends Fragment {
  readonly name: string;
  readonly channels: number;
  /** By the names that the body knows them under. */
  readonly sources: Readonly<Record<string, Tensor>>;
  readonly body: string;
}

/** What a step's kernels do besides; `launches.ts` gives no step more than it can take. */
export interface Joined {
  readonly mask?: Mask | undefined;
  readonly sums?: RowSums | undefined;
  readonly coefficients?: Coefficients | undefined;
}
export type LowerJoined<K extends OpName> = (
  step: StepOf<K>,
  lowering: Lowering,
  joined: Joined,
) => readonly Dispatch[];

/** The widest load that channels of this number divide into. */
export function widthOf(channels: number): Width {
  if (channels % 4 === 0) return 4;
  return channels % 2 === 0 ? 2 : 1;
}

export function padded(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/** WGSL of the value as it is written: masked where there is a mask. */
export function masked(mask: Mask | undefined, value: string, at: string, channel: string): string {
  return mask === undefined ? value : `select(V(0), ${value}, mask_at(${at}, ${channel}) > V(0))`;
}
