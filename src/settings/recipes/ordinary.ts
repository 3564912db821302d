import { oneMinute } from "./oneMinute.ts";
import type { Recipe } from "./recipe.ts";

/** Runs against `one-minute`: the kind of convolution differs. */
export const ordinary: Recipe = {
  id: "ordinary",
  group: "good-and-bad",
  title: "Good too: ordinary convolutions",
  sentence:
    "The one-minute recipe with ordinary convolutions: it learns as well, with several times the parameters and multiplications. Its twin in the cost strip is the separable one.",
  purpose: "train",
  settings: { ...oneMinute.settings, convolution: "ordinary", steps: 700, warmUpSteps: 100 },
};
