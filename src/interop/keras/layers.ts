/**
 * Turns the configuration of each Keras layer into layers of this program's graph. One entry a class; the names of the keys and
 * their defaults are those of Keras 1, 2 and 3.
 */
import type { Pair, Shape } from "../../core/shape.ts";
import type { Activation } from "../../network/graph.ts";
import type { Padding } from "../../settings/settings.ts";
import type { BareLayer } from "../graphAssembler.ts";
import type { Config } from "../jsonConfig.ts";
import { wrongModel } from "../modelFault.ts";
import { eluOf, leakyReluOf, readActivation, reluOf } from "./activations.ts";
import { alongAxes, type FileTensor, graphAxis, graphOrder } from "./axes.ts";
import type { KerasVersion } from "./version.ts";

export interface Converted {
  /** In this order, each reading the one before. One of them has the layer's weights. */
  readonly layers: readonly BareLayer[];
  /** Why the layer is left out, where it is: a sentence. */
  readonly note?: string;
}

/** What the file and the graph know of the layer's inputs. They are all of one rank. */
export interface LayerContext extends FileTensor {
  readonly version: KerasVersion;
  /** Shapes of the inputs in this program's order, channels last. */
  readonly inputs: readonly Shape[];
}

type Convert = (config: Config, context: LayerContext) => Converted;

const UNIT: Pair = [1, 1];

const conv2d: Convert = (config, context) =>
  activated(config, context, {
    type: "Conv2D",
    filters: config.size(["filters", "nb_filter"]),
    kernelSize: kernelSize(config),
    ...windowOf(config),
    groups: config.size("groups", 1),
    useBias: config.boolean(["use_bias", "bias"], true),
    activation: "linear",
  });

const depthwiseConv2d: Convert = (config, context) =>
  activated(config, context, {
    type: "DepthwiseConv2D",
    kernelSize: kernelSize(config),
    ...windowOf(config),
    depthMultiplier: config.size("depth_multiplier", 1),
    useBias: config.boolean("use_bias", true),
  });

const separableConv2d: Convert = (config, context) =>
  activated(config, context, {
    type: "SeparableConv2D",
    filters: config.size(["filters", "nb_filter"]),
    kernelSize: kernelSize(config),
    ...windowOf(config),
    depthMultiplier: config.size("depth_multiplier", 1),
    useBias: config.boolean(["use_bias", "bias"], true),
  });

/** Keras applies a dense layer to the last axis. On a map that is a convolution with a 1x1 kernel. */
const dense: Convert = (config, context) => {
  const units = config.size(["units", "output_dim"]);
  const useBias = config.boolean(["use_bias", "bias"], true);
  const activation = "linear";
  if (context.rank === 1)
    return activated(config, context, { type: "Dense", units, useBias, activation });
  const window = { kernelSize: UNIT, strides: UNIT, padding: "valid", dilationRate: UNIT } as const;
  const product = { filters: units, ...window, groups: 1, useBias, activation } as const;
  const isLast = graphAxis(-1, context) === 3;
  if (isLast) return activated(config, context, { type: "Conv2D", ...product });
  const layers = alongAxes([graphAxis(-1, context)], 3, [{ type: "Conv2D", ...product }]);
  return { layers: [...layers, ...activationLayers(readActivation(config, context), context)] };
};

const batchNormalization: Convert = (config, context) => {
  const axes = config.has("axis") ? config.numbers("axis") : [-1];
  if (axes.length !== 1)
    throw refused(config, "it normalises over several axes", "one axis", axes.join(", "));
  const own = axes.map((axis) => graphAxis(axis, context));
  return {
    layers: alongAxes(own, context.rank, [
      {
        type: "BatchNormalization",
        momentum: config.number("momentum", 0.99),
        epsilon: config.number("epsilon", 1e-3),
        scale: config.boolean("scale", true),
        center: config.boolean("center", true),
      },
    ]),
  };
};

const layerNormalization: Convert = (config, context) => {
  const { rank, channelsFirst } = context;
  const given = config.has("axis") ? config.numbers("axis") : [-1];
  const axes = given.map((axis) => graphAxis(axis, context)).toSorted((a, b) => a - b);
  if (config.boolean("rms_scaling", false))
    throw refused(config, "it divides by the root of a mean square", "a mean of 0", "rms_scaling");
  if (channelsFirst && rank === 3 && axes.length > 1)
    throw refused(config, "it normalises along several axes", "one axis", given.join(", "));
  const isWhole = axes.length === rank && rank > 1;
  const own = isWhole ? [1, 2, 3] : axes;
  return {
    layers: alongAxes(own, rank, [
      {
        type: "LayerNormalization",
        axis: rank === 1 ? [1] : own.map((_, place) => 4 - own.length + place),
        epsilon: config.number("epsilon", 1e-3),
        scale: config.boolean("scale", true),
        center: config.boolean("center", true),
      },
    ]),
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
  return (config, context) => ({
    layers: [{ type: "Concatenate", axis: graphAxis(config.number(key, -1), context) }],
  });
}

/** Of Keras 1, which had one class for all ways to join branches. */
const merge: Convert = (config, context) => {
  const mode = config.text("mode", "sum");
  if (mode === "concat") return concatenation("concat_axis")(config, context);
  throw refused(
    config,
    "it joins in a way that is not computed here",
    "concat, sum, mul, ave or max",
    mode,
  );
};

const cropping2d: Convert = (config) => ({
  layers: [{ type: "Cropping2D", cropping: sidesOf(config, "cropping") }],
});

/** In inference both cut out the middle. A map that is too small would be enlarged, which is not computed here. */
const middle: Convert = (config, { inputs }) => {
  const [rows = 1, columns = 1] = inputs[0] ?? [];
  const [height, width] = [config.size("height"), config.size("width")];
  const [top, left] = [Math.floor((rows - height) / 2), Math.floor((columns - width) / 2)];
  if (top < 0 || left < 0)
    throw refused(
      config,
      "it enlarges its input",
      `${height} x ${width} at least`,
      `${rows} x ${columns}`,
    );
  const cropping = [
    [top, rows - height - top],
    [left, columns - width - left],
  ] as const;
  return { layers: [{ type: "Cropping2D", cropping }] };
};

/** Layers that change nothing in inference, and that training here leaves out. */
const leftOut: Convert = (config) => ({
  layers: [],
  note: `${config.text("name")} is left out: it acts only while training.`,
});

const nothing: Convert = () => ({ layers: [] });

const only = (activation: Activation): Converted => ({
  layers: [{ type: "Activation", activation }],
});

/** The graph's PReLU shares its slopes along the first axes. */
const prelu: Convert = (config, context) => {
  const axes = config.has("shared_axes") ? config.numbers("shared_axes") : [];
  const shared = new Set(axes.map((axis) => graphAxis(axis, context)));
  const apart = [1, 2, 3].filter((axis) => !shared.has(axis));
  const sharedAxes = Array.from(shared, (_, place) => place + 1);
  return {
    layers: alongAxes(apart, context.rank, [
      { type: "PReLU", alphaInitializer: firstSlope(config), sharedAxes },
    ]),
  };
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

const softmax: Convert = (config, context) => {
  const axes = config.has("axis") ? config.numbers("axis") : [-1];
  if (axes.length !== 1)
    throw refused(config, "it works on several axes", "one axis", axes.join(", "));
  return { layers: activationLayers("softmax", context, axes[0]) };
};

const permute: Convert = (config, context) => {
  const dims = config.numbers("dims");
  const isOrder = dims.toSorted((a, b) => a - b).every((axis, place) => axis === place + 1);
  if (dims.length !== context.rank || !isOrder)
    throw refused(config, "it does not name each axis once", `${context.rank} axes`, dims.join());
  const own = graphOrder(dims, context);
  const isUnchanged = context.rank === 1 || own.join() === "1,2,3";
  return { layers: isUnchanged ? [] : [{ type: "Permute", dims: own }] };
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
  LayerNormalization: layerNormalization,
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
  Permute: permute,
  Activation: (config, context) => ({
    layers: activationLayers(readActivation(config, context), context),
  }),
  ReLU: (config) => only(reluOf(config)),
  LeakyReLU: (config) => only(leakyReluOf(config)),
  PReLU: prelu,
  ELU: (config) => only(eluOf(config)),
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
  CenterCrop: middle,
};

/** The graph has a list of vectors `[a, b]` as the map `[a, 1, b]`, so a window of 3 becomes one of 3x1. */
function asMaps(config: Config): Config {
  const entries = Object.entries(config.record).map(([key, value]) => {
    const [first, second] = [value].flat(2);
    if (typeof first !== "number") return [key, value];
    if (LIST_WINDOWS.has(key)) return [key, [first, 1]];
    return LIST_MARGINS.has(key)
      ? [
          key,
          [
            [first, second ?? first],
            [0, 0],
          ],
        ]
      : [key, value];
  });
  return config.with(Object.fromEntries(entries));
}

const LIST_WINDOWS = new Set(["kernel_size", "strides", "dilation_rate", "pool_size", "size"]);
const LIST_MARGINS = new Set(["padding", "cropping"]);

/** Whether layers of this class change nothing in inference. */
export function isLeftOut(className: string): boolean {
  const convert = CONVERTERS[className.replace("1D", "2D")];
  return convert === leftOut || convert === nothing;
}

/** @throws PlaygroundError `file.invalid` for a class that is not here, with its name. */
export function convertLayer(className: string, config: Config, context: LayerContext): Converted {
  return requireConverter(className, config)(config, context);
}

/** @throws PlaygroundError `file.invalid` for a class that is not here, with its name. */
export function requireConverter(className: string, config: Config): Convert {
  const convert = CONVERTERS[className];
  if (convert !== undefined) return convert;
  const onLists = CONVERTERS[className.replace("1D", "2D")];
  if (onLists !== undefined && className.endsWith("1D"))
    return (own, context) => onLists(asMaps(own), context);
  throw wrongModel(config.where, {
    rule:
      className === "Lambda"
        ? "its program is stored in the file and is never run"
        : "layers of this class are not computed here",
    got: className,
    remedy: "Rebuild the model without this layer, and save it again.",
  });
}

/** Puts the configuration's activation into the layer, or behind one that has none. */
function activated(config: Config, context: LayerContext, layer: BareLayer): Converted {
  const activation = readActivation(config, context);
  const behind = activationLayers(activation, context);
  return {
    layers:
      "activation" in layer && behind.length <= 1 ? [{ ...layer, activation }] : [layer, ...behind],
  };
}

/** @param axis of a softmax, which is the file's last one where no other is given. */
function activationLayers(
  activation: Activation,
  context: FileTensor,
  axis = -1,
): readonly BareLayer[] {
  if (activation === "linear") return [];
  const layers = [{ type: "Activation", activation }] as const;
  const isOfRows = activation === "softmax" || activation === "log_softmax";
  return isOfRows ? alongAxes([graphAxis(axis, context)], context.rank, layers) : layers;
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
