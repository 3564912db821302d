import { paperSettings } from "./paper.ts";
import type { Recipe } from "./recipe.ts";

/** R1: the tutorial on facial emotions (FER2013), with the head that its data set needs. */
export const facialEmotions: Recipe = {
  id: "facial-emotions",
  group: "documents",
  title: "Facial emotions",
  sentence:
    "The tutorial's network for 48-pixel faces: biases everywhere, plain shortcuts, seven classes. Fashion-MNIST stands in for FER2013. Days on a CPU: count it, or narrow it first.",
  purpose: "train",
  settings: {
    ...paperSettings,
    inputSize: 48,
    inputChannels: 1,
    classes: 7,
    stemPadding: "same",
    bias: true,
    residualBatchNorm: false,
    reluFirst: true,
    exitFilters: [728, 1024, 728, 1024],
    exitReluPosition: "before",
    optimizer: "adam",
    learningRate: 0.001,
    weightDecay: 0,
    schedule: "constant",
    batchSize: 64,
    epochs: 150,
    remainder: "keep",
  },
};
