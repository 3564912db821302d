/** What a kernel says of itself, and what a dispatch is made of. `shader.ts` writes the one from the other. */
import type { ElementwiseActivation } from "../../formulas/activations/registry.ts";
import type { HalfOverflow } from "./halfPrecision.ts";
import type { NamedProduct } from "./kernels/productVariants.ts";

/** How many neighbouring channels a thread processes at once: the `V` of a body. */
export type Width = 1 | 2 | 4;

/** `atomic`: a `u32` that several threads may write. */
export type ElementType = "f32" | "i32" | "u32" | "atomic";

/** A range of numbers in one of the program's storages. */
export interface Tensor {
  readonly storage: string;
  /** Index of its first number; a multiple of 4. */
  readonly base: number;
  /** Present when stored in 16 bits; absent means 32 bits. */
  readonly halfOverflow?: HalfOverflow;
}

/** A kernel applies the activation to each value after it loaded or normalised it. */
interface Activated {
  readonly activation?: ElementwiseActivation;
}

/** What a kernel loads: stored contents, or the computation of an inline step (`plan/marks.ts`). */
export type Operand =
  | (Activated & { readonly kind: "stored"; readonly source: Tensor })
  | (Activated & {
      readonly kind: "normalized";
      readonly source: Tensor;
      /** Three rows of one number for each channel: mean, scale and offset. */
      readonly coefficients: Tensor;
      readonly channels: number;
    })
  | {
      readonly kind: "normalizationGradient";
      readonly activation?: never;
      readonly source: Tensor;
      readonly x: Tensor;
      /** Four rows of one number for each channel: mean, factor of the gradient, factor of x, and offset. */
      readonly coefficients: Tensor;
      readonly channels: number;
    };

export interface Access {
  /** Default: the kernel's width. */
  readonly width?: Width;
  readonly type?: ElementType;
}
export type Read = Access & { readonly operand: Operand };
export type Write = Access & { readonly tensor: Tensor };

/** A number that the kernel reads as a float; a plain one is an integer. */
export interface Float {
  readonly float: number;
}

/**
 * The derivative of an activation, applied to a gradient when it is written. The kernel calls `masked(gradient, y)`, and reads
 * the activation's output as `mask_at(at, channel)`.
 */
export interface Mask {
  readonly activation: ElementwiseActivation;
  readonly y: Operand;
  /** Written instead of the unmasked output, which no step reads. */
  readonly dx: Tensor;
}

export interface Kernel {
  /** The kernel's stem, for messages. */
  readonly name: string;
  readonly width?: Width;
  /**
   * Each entry provides `NAME_at(at, channel)` to the body, both in units of the operand's width. A body that reads several
   * positions of a channel can call `NAME_channel(channel)` once and pass the result to `NAME_with(at, channel)`.
   */
  readonly reads?: Readonly<Record<string, Read | undefined>>;
  /** Each entry provides `NAME_set(at, value)` and `NAME_now(at)`. */
  readonly writes: Readonly<Record<string, Write | undefined>>;
  /** Each is read as `p.NAME`. */
  readonly numbers?: Readonly<Record<string, number | Float>>;
  readonly functions?: string;
  readonly mask?: Mask | undefined;
  /** The body of `main` for the thread `i` of `p.threads`; with a team, for the thread `lane` of the team number `block`. */
  readonly body: string;
  /** The number of threads; a multiple of the team's size. */
  readonly threads: number;
  readonly team?: Team | undefined;
  readonly product?: NamedProduct;
  readonly sampled?: readonly SampledResult[];
}

/** A group of threads that work together: a workgroup that shares memory, or a subgroup with this many lanes. */
export interface Team {
  readonly of: "workgroup" | "subgroup";
  readonly size: number;
}

export interface Binding {
  readonly storage: string;
  readonly access: "read" | "write";
}

/** Reads a number of a tensor by its index. */
export type ReadNumber = (tensor: Tensor, at: number) => number;

export interface Sample {
  /** Index in the target. */
  readonly at: number;
  readonly value: number;
  /** The sum of the absolute values of all terms, which bounds the rounding error. */
  readonly size: number;
}

/** A tensor that a dispatch writes, whose values can be computed one by one in float64, each as a sum. */
export interface SampledResult {
  readonly target: Tensor;
  /** The rows and columns that samples are drawn from. If long sums are divided into parts, these are the rows of all parts. */
  readonly rows: number;
  readonly columns: number;
  /** Terms of each sum. */
  readonly terms: number;
  /** Undefined when no value is written at that position. */
  sample(row: number, column: number, read: ReadNumber): Sample | undefined;
}

/** One dispatch, complete except for device objects. */
export interface Dispatch {
  readonly name: string;
  readonly code: string;
  /** The bindings after the uniform record, which has index 0. */
  readonly bindings: readonly Binding[];
  /** The tensors of floats that it reads. */
  readonly reads: readonly Tensor[];
  readonly record: readonly (number | Float)[];
  readonly workgroups: readonly [number, number];
  /** Present for a matrix product, which has variants. */
  readonly product?: NamedProduct;
  /**
   * Single values of its result, computed by other formulas than the kernel's. `probeKernels.ts` skips dispatches without them.
   */
  readonly sampled?: readonly SampledResult[];
}

export function stored(source: Tensor, access: Access = {}): Read {
  return { operand: { kind: "stored", source }, ...access };
}
