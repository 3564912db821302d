import type { Recipe } from "./recipe.ts";
import { transfer } from "./transfer.ts";

/**
 * R3's preprocessing as printed. Keras' helper subtracts means of bytes from an image that was already scaled to a tenth. So
 * the network sees three constants plus a thousandth of an image, although the base was trained on -1 to 1.
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
