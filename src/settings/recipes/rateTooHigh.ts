import { oneMinute } from "./oneMinute.ts";
import type { Recipe } from "./recipe.ts";

/** Runs against `one-minute`: the learning rate differs. */
export const rateTooHigh: Recipe = {
  id: "rate-too-high",
  group: "good-and-bad",
  title: "Bad: learning rate too high",
  sentence:
    "The one-minute recipe with 70 times its rate. The loss leaps and stays high; set Learning rate back to 0.014 to see the good one.",
  purpose: "train",
  settings: { ...oneMinute.settings, learningRate: 1, warmUpSteps: 0, steps: 700 },
};
