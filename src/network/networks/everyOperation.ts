import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "./builder.ts";

/**
 * A small network of the operations that Xception itself does not use: strides with odd kernels, groups, dilation, average
 * pooling, zero padding, flatten, batch norm without scale or centre. It is for tests; the goldens call it "general".
 */
export function buildEveryOperation(): LayerGraph {
  const net = createBuilder("every-operation");
  let x = net.input("input_layer", [30, 30, 1]);
  x = net.conv2d(x, "conv5", { filters: 12, kernelSize: [5, 5], strides: [2, 2], padding: "same" });
  x = net.batchNormalization(x, "unscaled_bn", { scale: false });
  x = net.activation(x, "elu", "elu");
  x = net.conv2d(x, "grouped", { filters: 18, kernelSize: [3, 3], groups: 3, padding: "same" });
  x = net.batchNormalization(x, "uncentred_bn", { center: false });
  x = net.activation(x, "relu", "relu");
  x = net.zeroPadding2d(x, "zero_padding", [
    [1, 0],
    [0, 2],
  ]);
  x = net.conv2d(x, "dilated", { filters: 7, kernelSize: [3, 3], dilationRate: [2, 2] });
  x = net.pooling(x, "average_pool", "AveragePooling2D", { poolSize: [2, 2], padding: "same" });
  x = net.depthwiseConv2d(x, "depthwise5", {
    kernelSize: [5, 5],
    strides: [2, 2],
    depthMultiplier: 3,
    padding: "same",
  });
  x = net.separableConv2d(x, "separable31", {
    filters: 10,
    kernelSize: [3, 1],
    depthMultiplier: 2,
    padding: "same",
  });
  x = net.pooling(x, "max_pool", "MaxPooling2D", { poolSize: [2, 2] });
  x = net.dense(net.flatten(x, "flatten"), "dense", 11, "relu");
  net.dense(x, "predictions", 10, "softmax");
  return net.finish();
}
