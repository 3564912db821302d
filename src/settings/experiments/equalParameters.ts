import type { Experiment } from "./experiment.ts";
import { smallBase } from "./smallBase.ts";

/** The paper's main comparison: does the number of parameters matter, or how they are used? */
export const equalParameters: Experiment = {
  id: "equal-parameters",
  title: "Separable or ordinary at equal parameters",
  question:
    "With as many parameters, do separable convolutions use them better than ordinary ones?",
  source: "Table 1",
  finding:
    "On ImageNet, Xception reaches 79.0 % top-1 accuracy, Inception V3 with as many parameters 78.2 %.",
  // At this width an ordinary network exists with the same number of parameters within 1 %; filters come in multiples of 8.
  base: { ...smallBase, middleRepeats: 0, width: 22 / 64, steps: 400 },
  arms: (base, { matchParameters, parametersOf }) => {
    const separable = { ...base, convolution: "separable" } as const;
    const ordinary = { ...base, convolution: "ordinary" } as const;
    return [
      { id: "separable", name: "Separable", settings: separable },
      {
        id: "ordinary",
        name: "Ordinary, narrower",
        settings: matchParameters(ordinary, parametersOf(separable)),
      },
    ];
  },
};
