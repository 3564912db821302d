import type { Experiment } from "./experiment.ts";
import { smallBase } from "./smallBase.ts";

/** Figure 10 of the paper: the activation between the depthwise and the pointwise convolution. */
export const intermediateActivation: Experiment = {
  id: "intermediate-activation",
  title: "Intermediate activation: none, ReLU or ELU",
  question: "Does a non-linearity between the two halves of a separable convolution help?",
  source: "Figure 10",
  finding:
    "On ImageNet, no non-linearity at all converges faster and ends better than ReLU or ELU between the halves.",
  base: smallBase,
  arms: (base) => {
    // An ordinary convolution has no two parts to put an activation between.
    const split = base.convolution === "ordinary" ? "separable" : base.convolution;
    const arm = { ...base, convolution: split } as const;
    return [
      { id: "none", name: "None", settings: { ...arm, intermediateActivation: "none" } },
      { id: "relu", name: "ReLU", settings: { ...arm, intermediateActivation: "relu" } },
      { id: "elu", name: "ELU", settings: { ...arm, intermediateActivation: "elu" } },
    ];
  },
};
