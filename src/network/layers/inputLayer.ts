import type { InputLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";

export const inputLayer: LayerDefinition<InputLayer> = {
  ...NO_WEIGHTS,
  outputShape: (layer) => layer.shape,
};
