import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "./builder.ts";

/** R4: the MNIST ConvNet of the parameter-counting notebook; 1,199,882 parameters. Layers named as Keras numbers them. */
export function buildMnistConvnet(): LayerGraph {
  const net = createBuilder("mnist-convnet");
  let x = net.input("input_layer", [28, 28, 1]);
  x = net.conv2d(x, "conv2d", { filters: 32, kernelSize: [3, 3], activation: "relu" });
  x = net.conv2d(x, "conv2d_1", { filters: 64, kernelSize: [3, 3], activation: "relu" });
  x = net.pooling(x, "max_pooling2d", "MaxPooling2D", { poolSize: [2, 2] });
  x = net.flatten(net.dropout(x, "dropout", 0.25), "flatten");
  x = net.dropout(net.dense(x, "dense", 128, "relu"), "dropout_1", 0.5);
  net.dense(x, "dense_1", 10, "softmax");
  return net.finish();
}
