import { paperSettings } from "./paper.ts";
import type { Recipe } from "./recipe.ts";

/**
 * R0: the Fashion-MNIST notebook as written. Its `fit(batch_size=32)` has no effect there, because its data come in batches of
 * 64.
 */
export const notebook: Recipe = {
  id: "notebook",
  group: "documents",
  title: "The notebook",
  sentence:
    "The Fashion-MNIST notebook as written: 94 pixels, three middle blocks, Adam at 0.005, batches of 64 on all 60,000 images. Meant for a GPU.",
  purpose: "train",
  settings: {
    ...paperSettings,
    inputSize: 94,
    inputChannels: 1,
    classes: 10,
    middleRepeats: 3,
    stemPadding: "same",
    optimizer: "adam",
    learningRate: 0.005,
    weightDecay: 0,
    schedule: "constant",
    batchSize: 64,
    epochs: 2,
    holdOut: 0,
  },
};
