import { paperSettings } from "./paper.ts";
import type { Recipe } from "./recipe.ts";

/** R4: the parameter-counting notebook's stack of two ordinary convolutions. */
export const twoLayersOrdinary: Recipe = {
  id: "two-layers-ordinary",
  group: "documents",
  title: "Two layers, ordinary",
  sentence:
    "Two ordinary 3x3 layers on 224 pixels: 896 + 18,496 = 19,392 parameters. Open the table, then look at the twin. It has no head: counted, not trained.",
  purpose: "count",
  settings: { ...paperSettings, network: "two-layers", inputSize: 224, convolution: "ordinary" },
};
