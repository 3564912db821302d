/**
 * Turns the configuration of each Keras layer into layers of this program's graph. One entry a class; the names of the keys and
 * their defaults are those of Keras 1, 2 and 3.
 */
import { LARGEST_FLOAT } from "../../core/numbers.ts";
import type { Pair, Shape } from "../../core/shape.ts";
import type { Activation } from "../../network/graph.ts";
import type { Padding } from "../../settings/settings.ts";
import type { BareLayer } from "../graphAssembler.ts";
import type { Config } from "../jsonConfig.ts";
import { wrongModel } from "../modelFault.ts";
import { readActivation } from "./activations.ts";
import type { KerasVersion } from "./version.ts";

export interface Converted {
  /** In this order, each reading the one before. The first has the layer's weights. */
  readonly layers: readonly BareLayer[];
  /** Why the layer is left out, where it is: a sentence. */
  readonly note?: string;
}

export interface LayerContext {
  readonly version: KerasVersion;
  /** Shapes of the inputs in this program's order, channels last. */
  readonly inputs: readonly Shape[];
  readonly channelsFirst: boolean;
}

type Convert = (config: Config, context: LayerContext) => Converted;

const UNIT: Pair = [1, 1];

const conv2d: Convert = (config, { version }) => ({
  layers: [
    {
      type: "Conv2D",
      filters: config.size(["filters", "nb_filter"]),
      kernelSize: kernelSize(config),
      ...windowOf(config),
      groups: config.size("groups", 1),
      useBias: config.boolean(["use_bias", "bias"], true),
      activation: readActivation(config, version),
    },
  ],
});

const depthwiseConv2d: Convert = (config, { version }) =>
  activated(config, version, {
    type: "DepthwiseConv2D",
    kernelSize: kernelSize(config),
    ...windowOf(config),
    depthMultiplier: config.size("depth_multiplier", 1),
    useBias: config.boolean("use_bias", true),
  });

const separableConv2d: Convert = (config, { version }) =>
  activated(config, version, {
    type: "SeparableConv2D",
    filters: config.size(["filters", "nb_filter"]),
    kernelSize: kernelSize(config),
    ...windowOf(config),
    depthMultiplier: config.size("depth_multiplier", 1),
    useBias: config.boolean(["use_bias", "bias"], true),
  });

/** Keras applies a dense layer to the last axis. On a map that is a convolution with a 1x1 kernel. */
const dense: Convert = (config, { version, inputs }) => {
  const units = config.size(["units", "output_dim"]);
  const useBias = config.boolean(["use_bias", "bias"], true);
  const activation = readActivation(config, version);
  if (inputs[0]?.length !== 3) return { layers: [{ type: "Dense", units, useBias, activation }] };
  const window = { kernelSize: UNIT, strides: UNIT, padding: "valid", dilationRate: UNIT } as const;
  return {
    layers: [{ type: "Conv2D", filters: units, ...window, groups: 1, useBias, activation }],
  };
};

const batchNormalization: Convert = (config, { inputs, channelsFirst }) => {
  const [axis = -1, ...more] = config.has("axis") ? config.numbers("axis") : [];
  const rank = (inputs[0]?.length ?? 0) + 1;
  const channels = rank === 4 && channelsFirst ? 1 : rank - 1;
  if (more.length > 0 || (axis + rank) % rank !== channels)
    throw refused(
      config,
      "it normalises over another axis than the channels",
      String(channels),
      String(axis),
    );
  return {
    layers: [
      {
        type: "BatchNormalization",
        momentum: config.number("momentum", 0.99),
        epsilon: config.number("epsilon", 1e-3),
        scale: config.boolean("scale", true),
        center: config.boolean("center", true),
      },
    ],
  };
};

function pooling(type: "MaxPooling2D" | "AveragePooling2D"): Convert {
  return (config) => {
    const poolSize = config.pair("pool_size", [2, 2]);
    const strides = config.pair("strides", poolSize);
    return { layers: [{ type, poolSize, strides, padding: paddingOf(config) }] };
  };
}

/** A pool over the whole map, which then is a vector unless the sides are kept. */
function globalPooling(type: "MaxPooling2D" | "AveragePooling2D"): Convert {
  return (config, { inputs }) => {
    const keepsSides = config.boolean("keepdims", false);
    if (type === "AveragePooling2D" && !keepsSides)
      return { layers: [{ type: "GlobalAveragePooling2D" }] };
    const [height = 1, width = 1] = inputs[0] ?? [];
    const poolSize: Pair = [height, width];
    const pool = { type, poolSize, strides: poolSize, padding: "valid" } as const;
    return { layers: keepsSides ? [pool] : [pool, { type: "Flatten" }] };
  };
}

const zeroPadding2d: Convert = (config) => ({
  layers: [{ type: "ZeroPadding2D", padding: sidesOf(config, "padding") }],
});

/** Keras enlarged maps by their corners until 2.3, and TensorFlow.js still does; its files say their own version. */
const upSampling2d: Convert = (config, { version }) => {
  const name = config.text("interpolation", "nearest");
  if (name !== "nearest" && name !== "bilinear")
    throw refused(
      config,
      "it interpolates in a way that is not computed here",
      "nearest or bilinear",
      name,
    );
  const interpolation = name === "bilinear" && version.isTfjs ? "bilinear-corners" : name;
  return { layers: [{ type: "UpSampling2D", size: config.pair("size", [2, 2]), interpolation }] };
};

/** @param key of the axis, which Keras 1 called otherwise. */
function concatenation(key: string): Convert {
  return (config, { inputs, channelsFirst }) => {
    const rank = inputs[0]?.length ?? 0;
    const given = config.number(key, -1);
    const axis = given < 0 ? given + rank + 1 : given;
    // The file counts [channels, rows, columns].
    const own = channelsFirst && rank === 3 ? ((axis + 1) % 3) + 1 : axis;
    return { layers: [{ type: "Concatenate", axis: own }] };
  };
}

/** Of Keras 1, which had one class for all ways to join branches. */
const merge: Convert = (config, context) => {
  const mode = config.text("mode", "sum");
  if (mode === "concat") return concatenation("concat_axis")(config, context);
  if (mode === "sum") return { layers: [{ type: "Add" }] };
  if (mode === "mul") return { layers: [{ type: "Multiply" }] };
  throw refused(config, "it joins in a way that is not computed here", "concat, sum or mul", mode);
};

const cropping2d: Convert = (config) => ({
  layers: [{ type: "Cropping2D", cropping: sidesOf(config, "cropping") }],
});

/** Layers that change nothing in inference, and that training here leaves out. */
const leftOut: Convert = (config) => ({
  layers: [],
  note: `${config.text("name")} is left out: it acts only while training.`,
});

const nothing: Convert = () => ({ layers: [] });

const only = (activation: Activation): Converted => ({
  layers: [{ type: "Activation", activation }],
});

const relu: Convert = (config) => {
  const maxValue = config.number("max_value", LARGEST_FLOAT);
  const negativeSlope = config.number("negative_slope", 0);
  const threshold = config.number("threshold", 0);
  if (negativeSlope === 0 && threshold === 0) {
    if (maxValue === LARGEST_FLOAT) return only("relu");
    if (maxValue === 6) return only("relu6");
  }
  return only({ name: "ReLU", maxValue, negativeSlope, threshold });
};

const leakyRelu: Convert = (config) =>
  only({ name: "LeakyReLU", negativeSlope: config.number(["negative_slope", "alpha"], 0.3) });

const prelu: Convert = (config, { channelsFirst }) => {
  const axes = config.has("shared_axes") ? config.numbers("shared_axes") : [];
  const sharedAxes = channelsFirst ? axes.map((axis) => axis - 1) : axes;
  return { layers: [{ type: "PReLU", alphaInitializer: firstSlope(config), sharedAxes }] };
};

/** Only a network that is trained from the start starts with it. Other initialisers than a constant count as Keras' default, 0. */
function firstSlope(config: Config): number {
  const value = config.value("alpha_initializer");
  if (typeof value !== "object") return 0;
  const initializer = config.object("alpha_initializer");
  return initializer.text("class_name", "") === "Constant"
    ? initializer.object("config").number("value", 0)
    : 0;
}

const elu: Convert = (config) => {
  const [alpha = 1] = config.has("alpha") ? config.numbers("alpha") : [];
  return only(alpha === 1 ? "elu" : { name: "ELU", alpha });
};

const softmax: Convert = (config, { inputs }) => {
  const [axis = -1] = config.has("axis") ? config.numbers("axis") : [];
  if (axis !== -1 && axis !== inputs[0]?.length)
    throw refused(config, "it works on another axis than the last", "-1", String(axis));
  return only("softmax");
};

const CONVERTERS: Readonly<Record<string, Convert>> = {
  Conv2D: conv2d,
  Convolution2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  SeparableConvolution2D: separableConv2d,
  Dense: dense,
  BatchNormalization: batchNormalization,
  BatchNormalizationV1: batchNormalization,
  BatchNormalizationV2: batchNormalization,
  MaxPooling2D: pooling("MaxPooling2D"),
  MaxPool2D: pooling("MaxPooling2D"),
  AveragePooling2D: pooling("AveragePooling2D"),
  AvgPool2D: pooling("AveragePooling2D"),
  GlobalAveragePooling2D: globalPooling("AveragePooling2D"),
  GlobalMaxPooling2D: globalPooling("MaxPooling2D"),
  ZeroPadding2D: zeroPadding2d,
  Cropping2D: cropping2d,
  UpSampling2D: upSampling2d,
  Add: () => ({ layers: [{ type: "Add" }] }),
  Multiply: () => ({ layers: [{ type: "Multiply" }] }),
  Concatenate: concatenation("axis"),
  Merge: merge,
  Flatten: (_config, { inputs }) => ({
    layers: inputs[0]?.length === 1 ? [] : [{ type: "Flatten" }],
  }),
  Activation: (config, { version }) => only(readActivation(config, version)),
  ReLU: relu,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  ELU: elu,
  Softmax: softmax,
  Dropout: (config) => ({ layers: [{ type: "Dropout", rate: config.number(["rate", "p"]) }] }),
  SpatialDropout2D: leftOut,
  GaussianNoise: leftOut,
  GaussianDropout: leftOut,
  AlphaDropout: leftOut,
  ActivityRegularization: leftOut,
  RandomFlip: leftOut,
  RandomRotation: leftOut,
  RandomZoom: leftOut,
  RandomTranslation: leftOut,
  RandomContrast: leftOut,
  RandomBrightness: leftOut,
  RandomHeight: leftOut,
  RandomWidth: leftOut,
  Identity: nothing,
};

/** @throws PlaygroundError `file.invalid` for a class that is not here, with its name. */
export function convertLayer(className: string, config: Config, context: LayerContext): Converted {
  return requireConverter(className, config)(config, context);
}

/** @throws PlaygroundError `file.invalid` for a class that is not here, with its name. */
export function requireConverter(className: string, config: Config): Convert {
  const convert = CONVERTERS[className];
  if (convert !== undefined) return convert;
  throw wrongModel(config.where, {
    rule:
      className === "Lambda"
        ? "its program is stored in the file and is never run"
        : "layers of this class are not computed here",
    got: className,
    remedy: "Rebuild the model without this layer, and save it again.",
  });
}

function activated(config: Config, version: KerasVersion, layer: BareLayer): Converted {
  const activation = readActivation(config, version);
  return {
    layers: activation === "linear" ? [layer] : [layer, { type: "Activation", activation }],
  };
}

function kernelSize(config: Config): Pair {
  if (!config.has("nb_row")) return config.pair("kernel_size");
  return [config.size("nb_row"), config.size("nb_col")];
}

function windowOf(config: Config) {
  return {
    strides: config.pair(["strides", "subsample"], UNIT),
    padding: paddingOf(config),
    dilationRate: config.pair("dilation_rate", UNIT),
  } as const;
}

function paddingOf(config: Config): Padding {
  const padding = config.text(["padding", "border_mode"], "valid").toLowerCase();
  if (padding === "same" || padding === "valid") return padding;
  throw refused(config, "it pads in a way that is not computed here", "same or valid", padding);
}

/** `1`, `[1, 2]` (rows, columns) or `[[top, bottom], [left, right]]`, as Keras takes them. */
function sidesOf(config: Config, key: string): readonly [Pair, Pair] {
  const numbers = config.numbers(key);
  const [a = 0, b = a, c, d] = numbers;
  if (c !== undefined && d !== undefined)
    return [
      [a, b],
      [c, d],
    ];
  return [
    [a, a],
    [b, b],
  ];
}

function refused(config: Config, rule: string, expected: string, got: string): Error {
  return wrongModel(config.where, {
    rule,
    expected,
    got,
    remedy: "Rebuild the model without it, and save it again.",
  });
}
