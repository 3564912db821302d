import { oneMinute } from "./oneMinute.ts";
import type { Recipe } from "./recipe.ts";

/** Runs against itself on all images: 500 images to train on, and 250 to show that the network memorises them. */
export const overfitting: Recipe = {
  id: "overfitting",
  group: "good-and-bad",
  title: "Bad: learned by heart",
  sentence:
    "The network gets 500 images. It soon knows them all, while validation stays behind and its loss turns up. Set Training images to 0 for the good one.",
  purpose: "train",
  settings: {
    ...oneMinute.settings,
    trainingImages: 750,
    holdOut: 250,
    steps: 700,
    warmUpSteps: 50,
    remainder: "keep",
  },
};
