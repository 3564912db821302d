/** The interface for lowering a step of a plan to dispatches: its operands' storage, and scratch memory. */
import type { Shape } from "../../core/shape.ts";
import type { BufferId } from "../../plan/buffers.ts";
import type { OpName } from "../../plan/operations.ts";
import type { StepOf } from "../../plan/step.ts";
import type { Dispatch, Kernel, Mask, Operand, Read, Tensor, Width, Write } from "./dispatch.ts";
import type { NamedProduct, ProductVariant } from "./kernels/productVariants.ts";

/** Partial sums that one dispatch at the end of the backward phase adds, all at once. */
export interface DeferredSum {
  /** `[numParts, count]`, `count` rounded up to a multiple of 4. */
  readonly parts: Tensor;
  readonly numParts: number;
  readonly count: number;
  readonly sum: Tensor;
}

export interface Lowering {
  /** Present when gradients are stored in 16 bits; `lossScale.ts` describes its contents. */
  readonly lossScale: Tensor | undefined;
  /** The storage of a buffer's contents. An output that only its launch reads is in memory of the launch. */
  tensor(id: BufferId): Tensor;
  optional(id: BufferId | undefined): Tensor | undefined;
  /** For an operand that a kernel can compute while it loads it. */
  operand(id: BufferId): Operand;
  /** An operand with the type of its numbers. */
  read(id: BufferId): Read;
  write(id: BufferId): Write;
  shape(id: BufferId): Shape;
  /** Allocates this many numbers until the end of the launch, in a storage that no other operand of the launch uses. */
  scratch(count: number): Tensor;
  /** Allocates this many numbers until the end of the program. */
  kept(count: number): Tensor;
  /** Allocates the parts of a sum, which are added at the end of the backward phase. */
  deferSum(sum: Omit<DeferredSum, "parts">): Tensor;
  /** Returns how a product of this name and size is divided among threads. */
  productVariant(product: NamedProduct): ProductVariant;
}

type Lowered = Dispatch | readonly Dispatch[];
export type Lower<K extends OpName> = (step: StepOf<K>, lowering: Lowering) => Lowered;

/** WGSL that is added to a kernel: operands and numbers with separate names, and lines of its body. */
type Fragment = Partial<Pick<Kernel, "reads" | "writes" | "numbers">>;

/** Sums over the rows that a kernel writes. Each thread handles the rows of one `chunk` and `channel`. */
export interface RowSums extends Fragment {
  readonly start: string;
  /** WGSL that adds `value` at the index `at`. */
  readonly add: string;
  /** WGSL that stores the chunk's partial sum. */
  readonly end: string;
}

/** WGSL that computes an inline step's coefficients for `channel`, from the result of a sum over the rows. */
export interface Coefficients extends Fragment {
  readonly name: string;
  readonly channels: number;
  /** One number for each channel, keyed by the names of the variables that the body uses. */
  readonly sources: Readonly<Record<string, Read>>;
  readonly body: string;
}

/** What a step's kernels compute in addition. `launches.ts` gives a step only what it supports. */
export interface Joined {
  readonly mask?: Mask | undefined;
  readonly sums?: RowSums | undefined;
  readonly coefficients?: Coefficients | undefined;
}
export type LowerJoined<K extends OpName> = (
  step: StepOf<K>,
  lowering: Lowering,
  joined: Joined,
) => Lowered;

/** Returns the widest load that divides this number of channels. */
export function widthOf(channels: number): Width {
  if (channels % 4 === 0) return 4;
  return channels % 2 === 0 ? 2 : 1;
}

export function padded(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/** WGSL of the value to write, with the mask applied if there is one. */
export function masked(mask: Mask | undefined, value: string, at: string, channel: string): string {
  return mask === undefined ? value : `masked(${value}, mask_at(${at}, ${channel}))`;
}
