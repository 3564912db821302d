/**
 * Networks and weights for tests of exported files. They cover every kind of layer and of padding, and no weight has its
 * initial value.
 */
import { randomStream } from "../../core/random.ts";
import { type MapShape, sizeOf } from "../../core/shape.ts";
import { EVERY_ACTIVATION } from "../../formulas/activations/everyActivation.ts";
import type { ElementwiseActivation } from "../../formulas/activations/registry.ts";
import { activationName, type LayerGraph } from "../../network/graph.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { buildEveryAxis } from "../../network/networks/everyAxis.ts";
import { buildEveryBranch } from "../../network/networks/everyBranch.ts";
import { buildEveryOperation } from "../../network/networks/everyOperation.ts";
import { buildEveryPrelu } from "../../network/networks/everyPrelu.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { NetworkSettings } from "../../settings/settings.ts";

export interface SavedNetwork {
  readonly title: string;
  readonly graph: LayerGraph;
}

const xception = (title: string, changes: Partial<NetworkSettings>): SavedNetwork => ({
  title,
  graph: buildXception({
    ...oneMinute.settings,
    inputSize: 28,
    width: 0.125,
    exitFilters: [96, 128, 160, 192],
    ...changes,
  }),
});

/** Networks that TensorFlow.js' own layers can express. */
export const PLAIN_NETWORKS: readonly SavedNetwork[] = [
  xception("separable", { middleRepeats: 1 }),
  xception("ordinary", { convolution: "ordinary" }),
  xception("pointwise first, ELU between", {
    convolution: "pointwise-first",
    intermediateActivation: "elu",
  }),
  xception("an odd size, depth multiplier 2, biases, colour, valid stem", {
    inputSize: 31,
    depthMultiplier: 2,
    bias: true,
    inputChannels: 3,
    stemPadding: "valid",
  }),
  xception("no residuals, a linear head", { residual: false, head: "linear" }),
  xception("batch norms without scale and centre", {
    batchNormScale: false,
    batchNormCenter: false,
  }),
  { title: "the MNIST ConvNet", graph: buildNetwork(recipeById("mnist-convnet").settings) },
  { title: "PReLU", graph: buildEveryPrelu() },
  { title: "axes", graph: buildEveryAxis() },
];

export const ALL_NETWORKS: readonly SavedNetwork[] = [
  ...PLAIN_NETWORKS,
  xception("symmetric pools at an odd size", { poolPadding: "symmetric", inputSize: 33 }),
  { title: "every operation", graph: buildEveryOperation() },
  { title: "branches", graph: buildEveryBranch() },
  { title: "average pools", graph: averagePools() },
];

export const ACTIVATION_NETWORKS: readonly SavedNetwork[] = EVERY_ACTIVATION.map(activationNetwork);

/** Computes the activation for inputs from -7.5 to 7.5, and inside a convolution. */
export function activationNetwork(activation: ElementwiseActivation): SavedNetwork {
  const net = createBuilder("activation");
  let x = net.input("input_layer", [5, 4, 2]);
  x = net.activation(net.add("five_times", x, x, x, x, x), "act", activation);
  // An exponential of an exponential has no finite number.
  const second = activation === "exponential" ? "linear" : activation;
  x = net.conv2d(x, "conv", { filters: 7, kernelSize: [3, 3], activation: second });
  net.dense(net.globalAveragePooling2d(x, "avg_pool"), "predictions", 10, "softmax");
  return { title: `the activation ${activationName(activation)}`, graph: net.finish() };
}

/** Contains average pools with every padding, maps that are cropped and reshaped, and a dropout at the end. */
function averagePools(): LayerGraph {
  const net = createBuilder("average-pools");
  let x = net.input("input_layer", [11, 9, 2]);
  x = net.pooling(x, "same", "AveragePooling2D", {
    poolSize: [3, 2],
    strides: [2, 1],
    padding: "same",
  });
  x = net.pooling(x, "symmetric", "AveragePooling2D", {
    poolSize: [3, 3],
    strides: [2, 2],
    padding: "symmetric",
  });
  x = net.pooling(x, "valid", "AveragePooling2D", { poolSize: [2, 2], strides: [1, 1] });
  x = net.cropping2d(x, "cropped", [
    [1, 0],
    [0, 1],
  ]);
  x = net.dense(net.flatten(x, "flatten"), "row", 12);
  x = net.reshape(x, "map", [2, 3, 2]);
  x = net.reshape(x, "other_map", [3, 1, 4]);
  x = net.dense(net.flatten(x, "flatten_again"), "dense", 10, "elu");
  net.dropout(x, "dropout", 0.5);
  return net.finish();
}

/** Creates weights as after training: none has its initial value, and variances are above zero. */
export function trainedWeights(graph: LayerGraph): ReadonlyMap<string, Float32Array> {
  return new Map(
    networkWeights(graph).map(({ path, name, shape }) => {
      const random = randomStream(1, path);
      const fanIn = shape.length === 1 ? 1 : sizeOf(shape) / (shape.at(-1) ?? 1);
      const spread = shape.length === 1 ? 0.3 : Math.sqrt(3 / fanIn);
      const centre = name === "gamma" || name === "moving_variance" ? 1 : 0;
      const values = Float32Array.from(
        { length: sizeOf(shape) },
        () => centre + spread * (2 * random.nextFloat() - 1),
      );
      return [path, values];
    }),
  );
}

/** `[numImages, H, W, C]`, values about as large as those of standardised images. */
export function someImages(graph: LayerGraph, numImages: number) {
  const first = graph.layers[0];
  const shape: MapShape = first?.type === "InputLayer" ? first.shape : [0, 0, 0];
  const random = randomStream(2, graph.name);
  const values = Float32Array.from(
    { length: numImages * sizeOf(shape) },
    () => 3 * random.nextFloat() - 1.5,
  );
  return { values, shape: [numImages, ...shape] as const };
}
