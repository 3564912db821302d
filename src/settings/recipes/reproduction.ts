import type { Settings } from "../settings.ts";
import { paperSettings } from "./paper.ts";
import type { Recipe } from "./recipe.ts";

/** The training of the reproduction notes (R3), for any network; shear and zoom are in Keras' units. */
export const notesTraining = {
  optimizer: "rmsprop",
  learningRate: 0.0001,
  weightDecay: 0,
  schedule: "constant",
  batchSize: 32,
  epochs: 10,
  stepsPerEpoch: 80,
  validationSteps: 20,
  horizontalFlip: true,
  shear: 0.2,
  zoom: 0.2,
  preparation: "symmetric",
} as const satisfies Partial<Settings>;

/** R3, "v2": the network of the reproduction notes, with the notes' training. */
export const reproduction: Recipe = {
  id: "reproduction",
  group: "documents",
  title: "The reproduction",
  sentence:
    "A reproduction of the paper from notes: a ReLU more in every middle block, one less at the end, 259 pixels. Compare its layers with the paper's in the table.",
  purpose: "train",
  settings: {
    ...paperSettings,
    inputSize: 259,
    stemPadding: "same",
    reluBeforeAdd: true,
    finalRelu: false,
    ...notesTraining,
    holdOut: 640,
  },
};
