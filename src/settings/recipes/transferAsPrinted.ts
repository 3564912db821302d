import type { Recipe } from "./recipe.ts";
import { transfer } from "./transfer.ts";

/**
 * R3's preprocessing as printed. Keras' helper subtracts means of bytes from an image that was scaled to a tenth before: the
 * network sees three constants with a thousandth of image in them, and the base learnt from -1 to 1.
 */
export const transferAsPrinted: Recipe = {
  id: "transfer-as-printed",
  group: "documents",
  title: "Transfer learning, as printed",
  sentence:
    "The same with the preprocessing that the notes print: scaled to -0.1 to 0.1, red and blue exchanged, ImageNet's means of bytes subtracted. The image is lost beside the means, and frozen layers cannot adapt.",
  purpose: "train",
  settings: { ...transfer.settings, preparation: "printed" },
};
