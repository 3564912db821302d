import type { NetworkSettings } from "../../settings/settings.ts";
import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "./builder.ts";
import { convolutionOfKind } from "./convolutionOfKind.ts";

/**
 * R4: the MNIST ConvNet of the parameter-counting notebook; 1,199,882 parameters at 28x28x1 with ordinary convolutions. Layers
 * are named as Keras numbers them. In its twin the second convolution is separable. The first stays ordinary, as in Xception's
 * stem, because a single grey channel cannot be separated.
 */
export function buildMnistConvnet(settings: NetworkSettings): LayerGraph {
  const net = createBuilder("mnist-convnet");
  const { inputSize, inputChannels, classes, head } = settings;
  const window = { kernelSize: [3, 3], padding: "valid", useBias: true } as const;
  let x = net.input("input_layer", [inputSize, inputSize, inputChannels]);
  x = net.conv2d(x, "conv2d", { ...window, filters: 32, activation: "relu" });
  if (settings.convolution === "ordinary") {
    x = net.conv2d(x, "conv2d_1", { ...window, filters: 64, activation: "relu" });
  } else {
    x = convolutionOfKind(net, settings, x, "separable_conv2d", { ...window, filters: 64 });
    x = net.activation(x, "activation", "relu");
  }
  x = net.pooling(x, "max_pooling2d", "MaxPooling2D", { poolSize: [2, 2] });
  x = net.flatten(net.dropout(x, "dropout", 0.25), "flatten");
  x = net.dropout(net.dense(x, "dense", 128, "relu"), "dropout_1", 0.5);
  net.dense(x, "dense_1", classes, head);
  return net.finish();
}
