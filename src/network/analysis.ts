/** Everything the page shows about a network without training it; see `analyze`. */
import type { Shape } from "../core/shape.ts";
import type { Layer, LayerGraph } from "./graph.ts";
import type { MacTerm } from "./layers/macTerms.ts";
import type { WeightSpec } from "./weights.ts";

export interface LayerAnalysis {
  readonly layer: Layer;
  /** Without the batch axis, in the order of the layer's inputs. */
  readonly inputShapes: readonly Shape[];
  /** Output shape without the batch axis. */
  readonly shape: Shape;
  readonly weights: readonly WeightSpec[];
  readonly params: number;
  readonly trainableParams: number;
  /** The products that the layer computes for one image, and their sum in multiply-accumulates. ADR 9 says what counts. */
  readonly macTerms: readonly MacTerm[];
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

/** Returns the network that was analysed. */
export function graphOf({ name, layers }: Pick<NetworkAnalysis, "name" | "layers">): LayerGraph {
  return { name, layers: layers.map(({ layer }) => layer) };
}
