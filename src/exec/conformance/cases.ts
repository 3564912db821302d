/**
 * The cases that every executor must compute alike: small networks which together contain every operation, with odd sizes,
 * strides, numbers of channels that are not multiples of 4, and single images. A new operation needs a case here.
 */
import type { MapShape } from "../../core/shape.ts";
import { EVERY_ACTIVATION } from "../../formulas/activations/everyActivation.ts";
import { activationKind } from "../../formulas/activations/registry.ts";
import { kerasCoefficients } from "../../formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../../formulas/optimizers/registry.ts";
import type { LayerGraph } from "../../network/graph.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { buildEveryAxis } from "../../network/networks/everyAxis.ts";
import { buildEveryBranch } from "../../network/networks/everyBranch.ts";
import { buildEveryOperation } from "../../network/networks/everyOperation.ts";
import { buildEveryPrelu } from "../../network/networks/everyPrelu.ts";
import { buildXception } from "../../network/networks/xception.ts";
import type { OptimizerOptions } from "../../plan/planOptions.ts";
import { forEachOptimizer } from "../../settings/optimizers.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Preparation, Settings } from "../../settings/settings.ts";
import type { ExecutorOptions } from "../executor.ts";

export interface ConformanceCase {
  /** The name in a failing test. */
  readonly name: string;
  readonly options: ExecutorOptions;
  readonly learningRate: number;
  /** The executor prepares the pixels. Without this, the images are prepared already. */
  readonly pixels?: {
    readonly height: number;
    readonly width: number;
    /** Default: 1. */
    readonly channels?: 1 | 3;
    /** Uses fractional numbers between bytes, as a person's own arrays may contain. */
    readonly floats?: true;
    /** Gives each image its own affine map. */
    readonly augmented?: true;
  };
}

type Net = ReturnType<typeof createBuilder>;
type Changes = Partial<Omit<ExecutorOptions, "graph" | "optimizer">> & {
  readonly optimizer?: Partial<OptimizerOptions>;
};

const CLASSES = 5;

function optionsFor(graph: LayerGraph, { optimizer, ...changes }: Changes = {}): ExecutorOptions {
  return {
    graph,
    batchSize: 3,
    seed: 11,
    preparation: "standardize",
    labelSmoothing: 0,
    frozenLayers: 0,
    ...changes,
    optimizer: {
      kind: "sgd",
      momentum: 0.9,
      weightDecay: 0.02,
      clipNorm: 0,
      epsilon: 1e-7,
      beta1: 0.9,
      beta2: 0.999,
      rho: 0.9,
      ...optimizer,
    },
  };
}

interface Surroundings extends Changes {
  readonly shape?: MapShape;
  /** True when the operation returns one row per image and not a map. */
  readonly givesRow?: boolean;
}

/**
 * Builds input -> trained 3-channel convolution with ELU -> the operation -> dense head. The convolution makes the gradient of
 * the operation's input visible in weights.
 */
function around(
  name: string,
  build: (net: Net, x: string) => string,
  { shape = [9, 7, 2], givesRow = false, ...changes }: Surroundings = {},
): ConformanceCase {
  const net = createBuilder(name);
  const window = { filters: 6, kernelSize: [1, 1], activation: "elu" } as const;
  const x = net.conv2d(net.input("input", shape), "first", window);
  const built = build(net, x);
  const row = givesRow ? built : net.flatten(built, "flat");
  net.dense(row, "predictions", CLASSES, "softmax");
  return { name, options: optionsFor(net.finish(), changes), learningRate: 0.05 };
}

const SAME = { kernelSize: [3, 3], padding: "same" } as const;
const UNBIASED = { ...SAME, useBias: false } as const;
const POINT = { kernelSize: [1, 1] } as const;
const STRIDED = { strides: [2, 2], padding: "same" } as const;
/** Above and below, left and right. */
const MARGINS = [
  [1, 0],
  [0, 2],
] as const;
const POOL = { poolSize: [3, 3], ...STRIDED } as const;

function convolution(
  name: string,
  attributes: Parameters<Net["conv2d"]>[2],
  surroundings?: Surroundings,
): ConformanceCase {
  return around(name, (net, x) => net.conv2d(x, "conv", attributes), surroundings);
}

function depthwise(
  name: string,
  attributes: Parameters<Net["depthwiseConv2d"]>[2],
): ConformanceCase {
  return around(name, (net, x) => net.depthwiseConv2d(x, "conv", attributes));
}

/** Two branches, batch normalisation and pooling: the structure of Xception for tests of optimisers. */
function residualNetwork(name: string): LayerGraph {
  const net = createBuilder(name);
  const window = { filters: 5, kernelSize: [3, 3], useBias: false } as const;
  let x = net.conv2d(net.input("input", [9, 9, 1]), "conv", window);
  x = net.activation(net.batchNormalization(x, "conv_bn"), "act", "relu");
  let inside = net.separableConv2d(x, "sepconv", { filters: 7, ...UNBIASED });
  inside = net.pooling(net.batchNormalization(inside, "sepconv_bn"), "pool", "MaxPooling2D", POOL);
  const shortcut = net.conv2d(x, "shortcut", { filters: 7, ...POINT, ...STRIDED });
  x = net.globalAveragePooling2d(net.add("add", inside, shortcut), "avg_pool");
  net.dense(x, "predictions", CLASSES, "softmax");
  return net.finish();
}

function trained(name: string, learningRate: number, changes: Changes): ConformanceCase {
  return { name, options: optionsFor(residualNetwork(name), changes), learningRate };
}

function normAndRelu(net: Net, x: string, name: string): string {
  return net.activation(net.batchNormalization(x, name), `${name}_act`, "relu");
}

/** Adds every operation that can compute its operand while it loads it, in branches that end in one row. */
function everyReader(net: Net, x: string): string {
  const convolved = net.conv2d(x, "reader_conv", { filters: 5, ...UNBIASED });
  const filtered = net.depthwiseConv2d(x, "reader_depthwise", SAME);
  const pooled = net.pooling(x, "reader_pool", "MaxPooling2D", {
    poolSize: [3, 3],
    strides: [1, 1],
    padding: "same",
  });
  const sum = net.add("reader_sum", x, filtered, pooled);
  const narrow = net.conv2d(sum, "narrow", { filters: 5, ...UNBIASED });
  const averages = net.globalAveragePooling2d(x, "reader_average");
  const others = net.globalAveragePooling2d(net.add("both", convolved, narrow), "others_average");
  return net.add("all", net.dense(averages, "wide", 5), others);
}

/**
 * One branch for each activation, after a normalisation and inside a convolution, so that each sees small numbers of both
 * signs.
 */
function everyActivation(net: Net, x: string): string {
  const branches = EVERY_ACTIVATION.map((activation) => {
    const kind = activationKind(activation);
    const first = net.activation(
      net.batchNormalization(x, `${kind}_norm`),
      `${kind}_act`,
      activation,
    );
    // An exponential of an exponential has no finite number.
    const second = activation === "exponential" ? "linear" : activation;
    const window = { filters: 6, kernelSize: [1, 1], activation: second } as const;
    return net.conv2d(first, `${kind}_conv`, window);
  });
  return net.add("sum", ...branches);
}

/** A linear head on averages after a ReLU. They are positive, so that the loss can take them as probabilities. */
function linearHead(): LayerGraph {
  const net = createBuilder("linear head");
  const window = { filters: CLASSES, kernelSize: [3, 3], activation: "relu" } as const;
  const x = net.conv2d(net.input("input", [7, 7, 1]), "conv", window);
  net.globalAveragePooling2d(x, "avg_pool");
  return net.finish();
}

export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  convolution("a 3x3 convolution at stride 2, same", { filters: 7, ...SAME, ...STRIDED }),
  convolution(
    "a 3x3 convolution at stride 2 on even sides, same",
    { filters: 7, ...SAME, ...STRIDED },
    { shape: [8, 6, 1] },
  ),
  convolution("a 5x3 convolution, valid, with ReLU inside", {
    filters: 9,
    kernelSize: [5, 3],
    activation: "relu",
  }),
  convolution("a 1x1 convolution at stride 2", {
    ...POINT,
    filters: 13,
    ...STRIDED,
    useBias: false,
  }),
  convolution("a 1x1 convolution on a single image", { ...POINT, filters: 17 }, { batchSize: 1 }),
  convolution("a grouped convolution", { filters: 9, ...SAME, groups: 3, ...STRIDED }),
  convolution("a dilated convolution", { filters: 5, ...SAME, dilationRate: [2, 2] }),
  depthwise("a depthwise convolution", SAME),
  depthwise("a 5x4 depthwise convolution, valid", { kernelSize: [5, 4] }),
  depthwise("a 5x5 depthwise convolution at stride 2 with multiplier 3", {
    kernelSize: [5, 5],
    depthMultiplier: 3,
    ...STRIDED,
  }),
  around("a separable convolution with multiplier 2 and bias", (net, x) => {
    const window = { kernelSize: [3, 1], depthMultiplier: 2, padding: "same" } as const;
    return net.separableConv2d(x, "conv", { filters: 11, ...window });
  }),
  around("batch normalisation", (net, x) => net.batchNormalization(x, "bn", { momentum: 0.9 })),
  around("batch normalisation without scale, then ReLU", (net, x) =>
    net.activation(net.batchNormalization(x, "bn", { scale: false, epsilon: 1e-5 }), "act", "relu"),
  ),
  around(
    "batch normalisation without centre on a single image",
    (net, x) => net.batchNormalization(x, "bn", { center: false }),
    { batchSize: 1 },
  ),
  around(
    "batch normalisation before everything that can load it",
    (net, x) =>
      everyReader(net, net.batchNormalization(net.depthwiseConv2d(x, "conv", SAME), "bn")),
    { givesRow: true },
  ),
  around(
    "batch normalisation and ReLU before everything that can load them",
    (net, x) =>
      everyReader(net, normAndRelu(net, net.conv2d(x, "conv", { filters: 7, ...SAME }), "norm")),
    { givesRow: true },
  ),
  around("a chain of convolutions and batch normalisations", (net, x) => {
    const first = normAndRelu(net, net.conv2d(x, "a", { filters: 9, ...UNBIASED }), "a_norm");
    const second = net.conv2d(first, "b", { filters: 5, ...UNBIASED });
    return net.conv2d(net.batchNormalization(second, "b_norm"), "c", { filters: 7, ...UNBIASED });
  }),
  around("a chain of depthwise convolutions and batch normalisations", (net, x) => {
    const first = normAndRelu(net, net.depthwiseConv2d(x, "a", SAME), "a_norm");
    const second = net.depthwiseConv2d(first, "b", { ...SAME, depthMultiplier: 2 });
    return net.depthwiseConv2d(net.batchNormalization(second, "b_norm"), "c", SAME);
  }),
  around("depthwise convolutions in fours, of stride 1 and 2, behind ReLU", (net, x) => {
    const first = normAndRelu(net, net.conv2d(x, "a", { filters: 8, ...UNBIASED }), "a_norm");
    const second = net.depthwiseConv2d(first, "b", SAME);
    const third = normAndRelu(net, second, "b_norm");
    return net.depthwiseConv2d(third, "c", { kernelSize: [3, 3], ...STRIDED });
  }),
  around("batch normalisation before a pool at stride 2", (net, x) => {
    const norm = net.batchNormalization(net.conv2d(x, "conv", { filters: 9, ...UNBIASED }), "bn");
    return net.pooling(norm, "pool", "MaxPooling2D", POOL);
  }),
  ...EVERY_ACTIVATION.map((activation) =>
    around(`the activation ${activationKind(activation)}`, (net, x) =>
      net.activation(x, "act", activation),
    ),
  ),
  around("every activation in one network", everyActivation),
  around("softmax over channels", (net, x) => net.activation(x, "act", "softmax")),
  around("the logarithm of a softmax over channels", (net, x) =>
    net.activation(x, "act", "log_softmax"),
  ),
  ...(["same", "valid", "symmetric"] as const).flatMap((padding) => [
    around(`max pooling, ${padding}`, (net, x) =>
      net.pooling(x, "pool", "MaxPooling2D", { poolSize: [3, 3], strides: [2, 2], padding }),
    ),
    around(`average pooling, ${padding}`, (net, x) =>
      net.pooling(x, "pool", "AveragePooling2D", { poolSize: [3, 2], strides: [2, 1], padding }),
    ),
  ]),
  around("zero padding", (net, x) =>
    net.depthwiseConv2d(net.zeroPadding2d(x, "pad", MARGINS), "conv", { kernelSize: [3, 3] }),
  ),
  around("cropping and reshaping", (net, x) => {
    const wide = net.conv2d(x, "conv", { filters: 4, ...UNBIASED });
    const cropped = net.cropping2d(wide, "crop", MARGINS);
    return net.reshape(net.dense(net.flatten(cropped, "row"), "mix", 24), "map", [2, 3, 4]);
  }),
  around("batch normalisation of a vector", (net, x) => {
    const row = net.batchNormalization(net.dense(net.flatten(x, "row"), "mix", 9), "bn");
    return net.reshape(row, "map", [1, 3, 3]);
  }),
  around("a tensor with four readers", (net, x) => {
    const wide = net.conv2d(x, "a", { filters: 6, kernelSize: [3, 3], padding: "same" });
    return net.add("sum", wide, x, net.activation(x, "b", "relu"), x);
  }),
  around("dropout", (net, x) => net.dropout(x, "drop", 0.3)),
  around("label smoothing", (_net, x) => x, { labelSmoothing: 0.1 }),
  { name: "a linear head", options: optionsFor(linearHead()), learningRate: 0.05 },
  trained("Adam", 0.002, { optimizer: { kind: "adam" } }),
  trained("AdamW, clipped", 0.002, { optimizer: { kind: "adamw", clipNorm: 0.1 } }),
  trained("gradient descent without momentum, clipped", 0.1, {
    optimizer: { momentum: 0, clipNorm: 0.05 },
  }),
  trained("RMSprop", 0.001, { optimizer: { kind: "rmsprop" } }),
  trained("Adadelta", 0.3, { optimizer: { kind: "adadelta", rho: 0.95 } }),
  ...Object.values(
    forEachOptimizer((kind) => ({
      ...around(`the optimiser ${kind}`, (_net, x) => x, {
        batchSize: 4,
        optimizer: { ...kerasCoefficients(OPTIMIZERS[kind]), kind, momentum: 0.9 },
      }),
      learningRate: 0.01,
    })),
  ),
  trained("frozen layers", 0.05, { frozenLayers: 5 }),
  {
    ...trained("grey pixels of another size", 0.05, { batchSize: 2 }),
    pixels: { height: 7, width: 6 },
  },
  {
    name: "pixels for three channels",
    options: optionsFor(around("colour", (_net, x) => x, { shape: [9, 7, 3] }).options.graph),
    learningRate: 0.05,
    pixels: { height: 5, width: 7 },
  },
  {
    ...trained("augmented pixels", 0.05, {}),
    pixels: { height: 7, width: 6, augmented: true },
  },
  ...(["standardize", "unit", "symmetric", "printed"] as const).flatMap((preparation) => [
    colour(`grey pixels for three channels, prepared as ${preparation}`, preparation, {}),
    colour(`pixels in colour, prepared as ${preparation}`, preparation, { channels: 3 }),
  ]),
  colour("augmented pixels in colour", "symmetric", { channels: 3, augmented: true }),
  colour("floats in colour", "symmetric", { channels: 3, floats: true }),
  colour("augmented grey floats", "standardize", { floats: true, augmented: true }),
  {
    name: "the network of every operation",
    options: optionsFor(buildEveryOperation(), { batchSize: 2 }),
    learningRate: 0.01,
  },
  {
    name: "PReLU with every way to share its slopes",
    options: optionsFor(buildEveryPrelu()),
    learningRate: 0.01,
  },
  around("PReLU", (net, x) =>
    net.prelu(net.prelu(x, "shared", { alphaInitializer: 0.3, sharedAxes: [1, 2] }), "unshared"),
  ),
  {
    name: "branches that are enlarged, multiplied and put together",
    options: optionsFor(buildEveryBranch()),
    learningRate: 0.01,
  },
  {
    name: "axes in every order, and normalised",
    options: optionsFor(buildEveryAxis()),
    learningRate: 0.01,
  },
  around(
    "layer normalisation and a permutation",
    (net, x) =>
      net.add("both", net.layerNormalization(x, "norm", [3]), net.permute(x, "turned", [2, 1, 3])),
    { shape: [7, 7, 2] },
  ),
  ...(["nearest", "bilinear", "bilinear-corners"] as const).map((interpolation) =>
    around(
      `enlarging, ${interpolation}`,
      (net, x) => net.upSampling2d(x, "up", [3, 2], interpolation),
      {
        shape: [4, 3, 2],
      },
    ),
  ),
  around("a gate of each channel, of an image and of rows", (net, x) => {
    const gate = net.activation(net.globalAveragePooling2d(x, "means"), "gate", "sigmoid");
    const gated = net.multiply("gated", x, net.reshape(gate, "map", [1, 1, 6]), x);
    const rows = net.pooling(x, "rows", "AveragePooling2D", { poolSize: [1, 7] });
    const parts = net.concatenate(
      "parts",
      3,
      gated,
      net.conv2d(x, "narrow", { filters: 4, ...POINT }),
    );
    return net.concatenate("all", 3, parts, net.multiply("of_rows", rows, x));
  }),
  around("PReLU after frozen layers", (net, x) => net.prelu(x, "prelu", { sharedAxes: [1, 2] }), {
    frozenLayers: 2,
  }),
  {
    name: "a small Xception",
    options: optionsFor(buildXception({ ...oneMinute.settings, width: 0.125, middleRepeats: 1 }), {
      batchSize: 4,
    }),
    learningRate: 0.01,
    pixels: { height: 28, width: 28 },
  },
  xceptionWith("ReLU before the sum", { reluBeforeAdd: true }),
  xceptionWith("a branch without batch normalisation", { residualBatchNorm: false }),
  xceptionWith("no residual branches", { residual: false }),
];

/** All numbers of channels are even, so that many buffers are stored in 16 bits. */
function pairedNetwork(name: string, learningRate: number, changes: Changes): ConformanceCase {
  const build = (net: Net, x: string) => {
    const inside = normAndRelu(net, net.conv2d(x, "conv", { filters: 8, ...UNBIASED }), "norm");
    const filtered = net.depthwiseConv2d(inside, "depthwise", SAME);
    const shortcut = net.conv2d(x, "shortcut", { filters: 8, ...POINT });
    const sum = net.add("add", net.batchNormalization(filtered, "filtered_norm"), shortcut);
    return net.globalAveragePooling2d(net.pooling(sum, "pool", "MaxPooling2D", POOL), "avg_pool");
  };
  return { ...around(name, build, { givesRow: true, ...changes }), learningRate };
}

/**
 * The cases for mixed precision. Deep networks are excluded: a sum that rounds differently may change the sign of a ReLU's
 * input and then everything behind it. The reference itself differs as much when its weights are moved by 1e-7.
 */
export const MIXED_CASES: readonly ConformanceCase[] = [
  ...CONFORMANCE_CASES.filter(({ name }) =>
    [
      "a grouped convolution",
      "a separable convolution with multiplier 2 and bias",
      "batch normalisation",
      "batch normalisation and ReLU before everything that can load them",
      "max pooling, valid",
      "average pooling, symmetric",
      "zero padding",
      "the activation elu",
      "the activation silu",
      "softmax over channels",
      "the logarithm of a softmax over channels",
      "layer normalisation and a permutation",
      "PReLU",
      "enlarging, bilinear",
      "a gate of each channel, of an image and of rows",
      "dropout",
      "a tensor with four readers",
      "the network of every operation",
      "augmented pixels in colour",
    ].includes(name),
  ),
  pairedNetwork("gradient descent with momentum, in pairs", 0.05, {}),
  pairedNetwork("Adam, in pairs", 0.002, { optimizer: { kind: "adam" } }),
  pairedNetwork("AdamW, clipped, in pairs", 0.002, { optimizer: { kind: "adamw", clipNorm: 0.1 } }),
  pairedNetwork("RMSprop, in pairs", 0.001, { optimizer: { kind: "rmsprop" } }),
  pairedNetwork("Adadelta, in pairs", 0.3, { optimizer: { kind: "adadelta", rho: 0.95 } }),
].map(({ options, name, ...given }) => ({
  ...given,
  name: `${name}, in 16 bits`,
  options: { ...options, mixedPrecision: true },
}));

/**
 * Batch normalisation removes the means that the printed preparation subtracts, which would otherwise dominate two steps of
 * training. Its epsilon is that large because float32 has few digits left for an image beside means a thousand times its size.
 */
function colour(
  name: string,
  preparation: Preparation,
  pixels: Partial<NonNullable<ConformanceCase["pixels"]>>,
): ConformanceCase {
  const net = createBuilder("colour");
  const normal = net.batchNormalization(net.input("input", [9, 7, 3]), "normal", {
    epsilon: 0.1,
  });
  const x = net.conv2d(normal, "first", { filters: 6, kernelSize: [2, 2], activation: "elu" });
  net.dense(net.flatten(x, "flat"), "predictions", CLASSES, "softmax");
  return {
    name,
    options: optionsFor(net.finish(), { preparation }),
    learningRate: 0.01,
    pixels: { height: 5, width: 8, ...pixels },
  };
}

/** Variants of Xception whose gradients join and share memory differently than those of the paper's network. */
function xceptionWith(name: string, changes: Partial<Settings>): ConformanceCase {
  const settings = { ...oneMinute.settings, width: 0.125, middleRepeats: 1, ...changes };
  return {
    name,
    options: optionsFor(buildXception(settings), { batchSize: 3 }),
    learningRate: 0.001,
  };
}
