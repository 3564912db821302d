import type { ZeroPadding2DLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";
import { mapInput } from "./window.ts";

export const zeroPadding2d: LayerDefinition<ZeroPadding2DLayer> = {
  ...NO_WEIGHTS,
  outputShape(layer, inputs) {
    const [height, width, channels] = mapInput(layer.name, inputs);
    const [[top, bottom], [left, right]] = layer.padding;
    return [height + top + bottom, width + left + right, channels];
  },
};
