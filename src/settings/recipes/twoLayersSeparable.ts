import type { Recipe } from "./recipe.ts";
import { twoLayersOrdinary } from "./twoLayersOrdinary.ts";

/** R4: the same two layers with separable convolutions. */
export const twoLayersSeparable: Recipe = {
  id: "two-layers-separable",
  group: "documents",
  title: "Two layers, separable",
  sentence:
    "The same two layers, separable: 155 + 2,400 = 2,555 parameters, an eighth of the ordinary ones. Counted, not trained.",
  purpose: "count",
  settings: { ...twoLayersOrdinary.settings, convolution: "separable" },
};
