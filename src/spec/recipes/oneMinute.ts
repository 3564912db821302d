import { notebook } from "./notebook.ts";
import type { Recipe } from "./recipe.ts";

/** The smallest network that still shows what Xception does; the settings were measured in `docs/`. */
export const oneMinute: Recipe = {
  id: "one-minute",
  title: "One minute on any computer",
  sentence:
    "A small Xception at the images' own 28 pixels: all the parts, a hundredth of the work. Watch shirts and T-shirts stay confused the longest. TensorFlow.js alone needs more than a minute: the time measured here counts.",
  settings: {
    ...notebook.settings,
    inputSize: 28,
    middleRepeats: 0,
    width: 0.25,
    learningRate: 0.003,
    batchNormMomentum: 0.9,
    schedule: "cosine",
    epochs: 2.8,
    holdOut: 5000,
  },
};
