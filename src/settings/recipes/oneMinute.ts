import { notebook } from "./notebook.ts";
import type { Recipe } from "./recipe.ts";

/**
 * A narrow network, so that a minute is enough for many steps, on enlarged images, so that the stem's stride loses less detail.
 * ADR 17 explains the choice.
 */
export const oneMinute: Recipe = {
  id: "one-minute",
  group: "start",
  title: "One minute on any computer",
  sentence:
    "A small Xception at 40 pixels: all the parts, a three-hundredth of the notebook's work. Watch shirts and T-shirts stay confused the longest. TensorFlow.js alone needs more than a minute: the time measured here counts.",
  purpose: "train",
  settings: {
    ...notebook.settings,
    inputSize: 40,
    middleRepeats: 0,
    width: 0.125,
    learningRate: 0.014,
    batchNormMomentum: 0.9,
    schedule: "cosine",
    warmUpSteps: 350,
    budget: "steps",
    steps: 2800,
    holdOut: 5000,
  },
};
