import { oneMinute } from "./oneMinute.ts";
import type { Recipe } from "./recipe.ts";

/** Runs against itself with shortcuts switched on: the question of the paper's figure 9. */
export const noResiduals: Recipe = {
  id: "no-residuals",
  group: "good-and-bad",
  title: "Bad: no residual connections",
  sentence:
    "Three middle blocks without their shortcuts. Training is slow to start; switch Residual connections on for the good one. The paper asks the same in its figure 9.",
  purpose: "train",
  settings: {
    ...oneMinute.settings,
    middleRepeats: 3,
    residual: false,
    steps: 700,
    warmUpSteps: 100,
  },
};
