import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "./builder.ts";

/**
 * A small network for tests in which axes change their order in every way, and values are normalised along the last axes. The
 * goldens call it "axes".
 */
export function buildEveryAxis(): LayerGraph {
  const net = createBuilder("every-axis");
  const image = net.input("input_layer", [5, 6, 2]);
  let x = net.conv2d(image, "conv", { filters: 4, kernelSize: [2, 2], activation: "elu" });
  x = net.layerNormalization(x, "of_channels", [3]);
  x = net.permute(x, "turned", [2, 1, 3]);
  x = net.layerNormalization(x, "of_lines", [2, 3], { epsilon: 1e-5 });
  x = net.permute(x, "channels_first", [3, 1, 2]);
  x = net.conv2d(x, "conv_2", { filters: 6, kernelSize: [2, 2], activation: "log_softmax" });
  x = net.permute(x, "back", [2, 3, 1]);
  x = net.layerNormalization(x, "of_maps", [1, 2, 3], { scale: false });
  x = net.permute(x, "reversed", [3, 2, 1]);
  x = net.permute(net.activation(x, "logarithms", "log_softmax"), "beside", [1, 3, 2]);
  x = net.dense(net.flatten(x, "flatten"), "dense", 9);
  x = net.layerNormalization(x, "of_vector", [1], { center: false });
  net.dense(x, "predictions", 10, "softmax");
  return net.finish();
}
