/** The interface that each layer type implements: one file for each type, and one line in `registry.ts`. */
import type { Shape } from "../../core/shape.ts";
import type { Layer } from "../graph.ts";
import type { WeightSpec } from "../weights.ts";
import type { MacTerm } from "./macTerms.ts";

export interface LayerDefinition<L extends Layer> {
  /**
   * Returns the shape of the output without the batch axis.
   * @param makers for each input, the layer that determined its shape: the convolution, not the norm after it.
   * @throws PlaygroundError `network.*` naming the layer when the inputs do not fit.
   */
  outputShape(layer: L, inputs: readonly Shape[], makers: readonly string[]): Shape;
  /** Lists the weights in Keras' order. `inputs` have passed `outputShape`. */
  weights(layer: L, inputs: readonly Shape[]): readonly WeightSpec[];
  /** The products of one image: padded taps count, biases do not. Counts and written-out formulas both follow from them. */
  macTerms(layer: L, inputs: readonly Shape[], output: Shape): readonly MacTerm[];
}

/** For layers that neither learn nor multiply, by the definition of MACs used here. */
export const NO_WEIGHTS = { weights: () => [], macTerms: () => [] } as const;
