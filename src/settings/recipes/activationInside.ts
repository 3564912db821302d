import { oneMinute } from "./oneMinute.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Runs against itself with no activation between the depthwise and the pointwise convolution: the question of the paper's
 * figure 10.
 */
export const activationInside: Recipe = {
  id: "activation-inside",
  group: "good-and-bad",
  title: "Bad: an activation inside",
  sentence:
    "A ReLU between the two halves of every separable convolution. The paper found that it learns slower so (figure 10); choose None for the good one, with the same seed.",
  purpose: "train",
  settings: { ...oneMinute.settings, intermediateActivation: "relu", steps: 700, warmUpSteps: 100 },
};
