import type { Recipe } from "./recipe.ts";
import { reproduction } from "./reproduction.ts";

/**
 * R3, "v1": invalid as printed, and still invalid after its two unapplied calls are repaired. `analyze` reports the layers that
 * do not fit.
 */
export const reproductionV1: Recipe = {
  id: "reproduction-v1",
  group: "documents",
  title: "The reproduction, version 1",
  sentence:
    "The first try at the reproduction, which does not build. Two branches of block 4 come out in different shapes: read the error, then switch the shortcuts off.",
  purpose: "refused",
  settings: { ...reproduction.settings, network: "reproduction-v1" },
};
