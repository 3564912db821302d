/** Everything the page shows about a network without training it; see `analyze`. */
import type { Shape } from "../core/shape.ts";
import type { Layer } from "./graph.ts";
import type { WeightSpec } from "./weights.ts";

export interface LayerAnalysis {
  readonly layer: Layer;
  /** Output shape without the batch axis. */
  readonly shape: Shape;
  readonly weights: readonly WeightSpec[];
  readonly params: number;
  readonly trainableParams: number;
  /** Multiply-accumulates for one image; ADR 9 says what counts. */
  readonly macs: number;
}

export interface NetworkAnalysis {
  readonly name: string;
  readonly layers: readonly LayerAnalysis[];
  readonly params: number;
  readonly trainableParams: number;
  /** For one image. */
  readonly macs: number;
}
