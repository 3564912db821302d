import type { Experiment } from "./experiment.ts";
import { smallBase } from "./smallBase.ts";

/** Figure 9 of the paper: the network with and without its shortcuts. */
export const residuals: Experiment = {
  id: "residuals",
  title: "Residual connections or none",
  question: "Do the shortcuts around the blocks help?",
  source: "Figure 9",
  finding:
    "On ImageNet, residual connections help a lot: the network converges faster and ends with a clearly higher accuracy.",
  // Shortcuts matter more in a deeper network; the paper has 8 middle blocks.
  base: { ...smallBase, middleRepeats: 6 },
  arms: (base) => [
    { id: "with", name: "With residuals", settings: { ...base, residual: true } },
    { id: "without", name: "Without residuals", settings: { ...base, residual: false } },
  ],
};
