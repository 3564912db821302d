import { paper } from "./paper.ts";
import type { Recipe } from "./recipe.ts";

/** R2: the paper's network as the common PyTorch port computes it. */
export const paperPytorch: Recipe = {
  id: "paper-pytorch",
  group: "documents",
  title: "The paper, as PyTorch has it",
  sentence:
    "The same 22,855,952 parameters with PyTorch's batch norm and its pools padded on both sides: equal shapes, other numbers.",
  purpose: "train",
  settings: {
    ...paper.settings,
    batchNormEpsilon: 0.00001,
    batchNormMomentum: 0.9,
    poolPadding: "symmetric",
  },
};
