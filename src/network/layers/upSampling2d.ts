import type { UpSampling2DLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";
import { mapInput } from "./window.ts";

export const upSampling2d: LayerDefinition<UpSampling2DLayer> = {
  ...NO_WEIGHTS,
  outputShape({ name, size }, inputs) {
    const [height, width, channels] = mapInput(name, inputs);
    return [height * size[0], width * size[1], channels];
  },
};
