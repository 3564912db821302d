import type { Recipe } from "./recipe.ts";
import { reproduction } from "./reproduction.ts";

/** R3, "v1": broken as printed, and broken still where its two lost calls are mended. Which layers clash, `analyze` says. */
export const reproductionV1: Recipe = {
  id: "reproduction-v1",
  group: "documents",
  title: "The reproduction, version 1",
  sentence:
    "The first try at the reproduction, which does not build. Two branches of block 4 come out in different shapes: read the error, then switch the shortcuts off.",
  purpose: "refused",
  settings: { ...reproduction.settings, network: "reproduction-v1" },
};
