import { paperSettings } from "./paper.ts";
import type { Recipe } from "./recipe.ts";

/** R4: the parameter-counting notebook's network for MNIST, with its training. */
export const mnistConvnet: Recipe = {
  id: "mnist-convnet",
  group: "documents",
  title: "The MNIST ConvNet",
  sentence:
    "Two ordinary convolutions and two dense layers, 1,199,882 parameters, nearly all in one dense layer. Fashion-MNIST stands in for MNIST. Its twin hardly saves parameters but many multiplications.",
  purpose: "train",
  settings: {
    ...paperSettings,
    network: "mnist-convnet",
    inputSize: 28,
    inputChannels: 1,
    classes: 10,
    convolution: "ordinary",
    optimizer: "adadelta",
    learningRate: 1,
    schedule: "constant",
    batchSize: 128,
    epochs: 12,
    remainder: "keep",
    preparation: "unit",
  },
};
