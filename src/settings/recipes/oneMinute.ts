import { notebook } from "./notebook.ts";
import type { Recipe } from "./recipe.ts";

/** Narrow, so that a minute holds many steps; enlarged, so that the stem's stride costs less detail. Chosen in ADR 17. */
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
