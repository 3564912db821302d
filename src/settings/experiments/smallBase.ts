/** The network of the experiments: the one-minute recipe at 28 pixels with a middle flow, for some thousand images. */
import { oneMinute } from "../recipes/oneMinute.ts";
import type { Settings } from "../settings.ts";

export const smallBase: Settings = {
  ...oneMinute.settings,
  inputSize: 28,
  middleRepeats: 3,
  learningRate: 0.005,
  warmUpSteps: 100,
  steps: 600,
};
