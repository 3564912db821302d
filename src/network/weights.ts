/** Describes a layer's weights, independent of any engine that stores their values. */
import type { Shape } from "../core/shape.ts";

export type Initializer =
  | { readonly kind: "glorot-uniform"; readonly fanIn: number; readonly fanOut: number }
  | { readonly kind: "zeros" }
  | { readonly kind: "ones" }
  | { readonly kind: "constant"; readonly value: number };

export interface WeightSpec {
  /** Keras' own: `kernel`, `depthwise_kernel`, `gamma`, `moving_mean`, ... */
  readonly name: string;
  readonly shape: Shape;
  /** False for moving statistics, which training updates without a gradient. */
  readonly trainable: boolean;
  readonly initializer: Initializer;
}

/** A weight within its network. `path` is `layer/weight`, as Keras 3 writes it. */
export interface NetworkWeight extends WeightSpec {
  readonly path: string;
  readonly layer: string;
  /** True when the layer is frozen: training leaves every bit of the weight unchanged. */
  readonly frozen: boolean;
}
