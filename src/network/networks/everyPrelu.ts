import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "./builder.ts";

/** A small network for tests with every way to share the slopes of PReLU, on maps and on a vector. The goldens call it "prelu". */
export function buildEveryPrelu(): LayerGraph {
  const net = createBuilder("every-prelu");
  let x = net.input("input_layer", [9, 8, 2]);
  x = net.conv2d(x, "conv", { filters: 6, kernelSize: [3, 3] });
  x = net.prelu(x, "per_channel", { alphaInitializer: 0.25, sharedAxes: [1, 2] });
  x = net.conv2d(x, "conv_2", { filters: 8, kernelSize: [2, 2] });
  x = net.prelu(x, "per_column", { alphaInitializer: 0.25, sharedAxes: [1] });
  x = net.conv2d(x, "conv_3", { filters: 4, kernelSize: [2, 2] });
  x = net.prelu(x, "one_for_all", { alphaInitializer: 0.25, sharedAxes: [1, 2, 3] });
  x = net.conv2d(x, "conv_4", { filters: 3, kernelSize: [2, 2] });
  x = net.prelu(x, "unshared", { alphaInitializer: 0.25 });
  x = net.dense(net.flatten(x, "flatten"), "dense", 11);
  x = net.prelu(x, "of_vector");
  net.dense(x, "predictions", 10, "softmax");
  return net.finish();
}
