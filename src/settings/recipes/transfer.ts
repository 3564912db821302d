import { paperSettings } from "./paper.ts";
import type { Recipe } from "./recipe.ts";
import { notesTraining } from "./reproduction.ts";

/**
 * R3's training: an Xception with pretrained weights, its first 40 layers frozen (the same ones in Keras' order and in the
 * summary's, through `block5_sepconv2_act`), and a new head. ImageNet weights are not available here, so the base of `bases.ts`
 * replaces them. It has one middle block and an eighth of the filters.
 */
export const transfer: Recipe = {
  id: "transfer",
  group: "documents",
  title: "Transfer learning",
  sentence:
    "The reproduction notes' training: a trained network without its head, the first 40 layers frozen, gets a new head for other images. Watch it be right from the first steps, and set Base weights to None to see what they were worth.",
  purpose: "train",
  settings: {
    ...paperSettings,
    inputSize: 71,
    classes: 4,
    middleRepeats: 1,
    width: 0.125,
    ...notesTraining,
    base: "fashion-mnist",
    frozenLayers: 40,
    dataSet: "starter",
    holdOut: 500,
  },
};
