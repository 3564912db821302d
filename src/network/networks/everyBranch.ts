import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "./builder.ts";

/**
 * A small network for tests in which branches are enlarged, multiplied and put together in every way. The goldens call it
 * "branches".
 */
export function buildEveryBranch(): LayerGraph {
  const net = createBuilder("every-branch");
  const image = net.input("input_layer", [6, 6, 2]);
  const wide = net.conv2d(image, "wide", { filters: 6, ...SAME, activation: "elu" });
  const small = net.conv2d(wide, "small", { filters: 4, ...SAME, strides: [2, 2] });
  const repeated = net.upSampling2d(small, "repeated", [2, 2], "nearest");
  const joined = net.concatenate("joined", 3, wide, repeated);
  const means = net.dense(net.globalAveragePooling2d(joined, "means"), "squeeze", 10, "sigmoid");
  const gated = net.multiply("gated", joined, net.reshape(means, "gate", [1, 1, 10]));
  const spot = net.conv2d(gated, "spot", { filters: 1, ...SAME, activation: "tanh" });
  const lit = net.multiply("lit", spot, gated);
  const pooled = net.pooling(lit, "pooled", "MaxPooling2D", { poolSize: [3, 2] });
  const smooth = net.upSampling2d(pooled, "smooth", [3, 2], "bilinear");
  const product = net.multiply("product", smooth, gated, lit);
  const below = net.concatenate("below", 1, product, smooth);
  const beside = net.concatenate("beside", 2, below, net.activation(below, "positive", "relu"));
  const last = net.conv2d(beside, "last", { filters: 3, kernelSize: [3, 3] });
  const row = net.dense(net.flatten(last, "flatten"), "dense", 7, "elu");
  const both = net.concatenate("both", 1, row, means);
  net.dense(both, "predictions", 10, "softmax");
  return net.finish();
}

const SAME = { kernelSize: [3, 3], padding: "same" } as const;
