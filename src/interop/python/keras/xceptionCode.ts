/**
 * Writes Xception as a person writes it: a function for each flow, and a loop where blocks are repeated. It follows
 * `buildXception`, whose settings it reads; the layers, their order and their names are the same.
 */
import { scaledFilters } from "../../../network/networks/xception.ts";
import type { NetworkSettings } from "../../../settings/settings.ts";
import { callText, literal } from "../pythonText.ts";
import { PAD_FUNCTION } from "./layerCalls.ts";

/** Returns the functions of the network, the last of which is `build_network`. */
export function xceptionCode(settings: NetworkSettings): string {
  const parts = [
    ...(settings.poolPadding === "symmetric" ? [PAD_FUNCTION] : []),
    batchNorm(settings),
    RELU,
    convolution(settings),
    halve(settings),
    entryFlow(settings),
    ...(settings.middleRepeats > 0 ? [middleFlow(settings)] : []),
    exitFlow(settings),
    network(settings),
  ];
  return parts.join("\n\n\n");
}

function layer(indent: number, className: string, args: readonly string[], from = "x", to = "x") {
  return callText(`${" ".repeat(indent)}${to} = layers.${className}(`, args, `)(${from})`);
}

/** `use_bias=False` where there is none, because Keras' layers have one otherwise. */
function biasOf({ bias }: NetworkSettings): readonly string[] {
  return bias ? [] : ["use_bias=False"];
}

function batchNorm(settings: NetworkSettings): string {
  const { batchNormMomentum, batchNormEpsilon, batchNormScale, batchNormCenter } = settings;
  const args = [
    `momentum=${literal(batchNormMomentum)}`,
    `epsilon=${literal(batchNormEpsilon)}`,
    ...(batchNormScale ? [] : ["scale=False"]),
    ...(batchNormCenter ? [] : ["center=False"]),
    "name=name",
  ];
  return [
    "def batch_norm(x, name):",
    callText("    return layers.BatchNormalization(", args, ")(x)"),
  ].join("\n");
}

const RELU = `def relu(x, name):
    return layers.Activation("relu", name=name)(x)`;

const WORDS = {
  separable:
    "A separable convolution: first each channel alone (depthwise), then all channels\n    of each place (pointwise). A batch norm follows.",
  ordinary: "A convolution over places and channels at once. A batch norm follows.",
  "pointwise-first":
    "A convolution in two halves: first all channels of each place (pointwise), then each\n    channel alone (depthwise). A batch norm follows.",
};

function convolution(settings: NetworkSettings): string {
  const { convolution: kind, intermediateActivation: between, depthMultiplier } = settings;
  const bias = biasOf(settings);
  const multiplier = depthMultiplier === 1 ? [] : [`depth_multiplier=${depthMultiplier}`];
  const same = 'padding="same"';
  const none = "use_bias=False";
  const activation =
    between === "none"
      ? []
      : [layer(4, "Activation", [literal(between), 'name=f"{name}_between"'])];
  const point = (own: readonly string[]) =>
    layer(4, "Conv2D", ["filters", "1", same, ...own, 'name=f"{name}_pointwise"']);
  const depth = (own: readonly string[]) =>
    layer(4, "DepthwiseConv2D", ["3", same, ...own, 'name=f"{name}_depthwise"']);
  const lines =
    kind === "ordinary"
      ? [layer(4, "Conv2D", ["filters", "3", same, ...bias, "name=name"])]
      : kind === "pointwise-first"
        ? [point([none]), ...activation, depth(bias)]
        : between === "none"
          ? [
              layer(4, "SeparableConv2D", [
                "filters",
                "3",
                same,
                ...multiplier,
                ...bias,
                "name=name",
              ]),
            ]
          : [depth([...multiplier, none]), ...activation, point(bias)];
  const words = WORDS[kind];
  return [
    "def convolution(x, filters, name):",
    `    """${words}${words.includes("\n") ? "\n    " : ""}"""`,
    ...lines,
    '    return batch_norm(x, f"{name}_bn")',
  ].join("\n");
}

function halve(settings: NetworkSettings): string {
  const symmetric = settings.poolPadding === "symmetric";
  const pool = layer(
    4,
    "MaxPooling2D",
    ["3", "strides=2", ...(symmetric ? [] : ['padding="same"']), 'name=f"{block}_pool"'],
    symmetric ? "pad_around(x, 1)" : "x",
  );
  if (!settings.residual)
    return [
      "def halve(x, before, filters, block):",
      '    """Halves height and width. This network has no shortcut around the block."""',
      pool,
      "    return x",
    ].join("\n");
  const shortcut = ["filters", "1", "strides=2", 'padding="same"', ...biasOf(settings)];
  return [
    "def halve(x, before, filters, block):",
    '    """Halves height and width, and adds the shortcut (residual) around the block."""',
    pool,
    layer(4, "Conv2D", [...shortcut, 'name=f"{block}_residual_conv"'], "before", "shortcut"),
    ...(settings.residualBatchNorm
      ? ['    shortcut = batch_norm(shortcut, f"{block}_residual_bn")']
      : []),
    '    return layers.Add(name=f"{block}_add")([x, shortcut])',
  ].join("\n");
}

const TWO_CONVOLUTIONS = `        x = convolution(x, filters, f"{block}_sepconv1")
        x = relu(x, f"{block}_sepconv2_act")
        x = convolution(x, filters, f"{block}_sepconv2")
        x = halve(x, before, filters, block)`;

function entryFlow(settings: NetworkSettings): string {
  const { width, stemPadding } = settings;
  const of = (filters: number) => scaledFilters(filters, width);
  const padding = stemPadding === "valid" ? [] : ['padding="same"'];
  const rest = [...padding, ...biasOf(settings)];
  const first = [String(of(32)), "3", "strides=2", ...rest, 'name="block1_conv1"'];
  const second = [String(of(64)), "3", ...rest, 'name="block1_conv2"'];
  const blocks = [128, 256, 728].map((filters, index) => `(${2 + index}, ${of(filters)})`);
  const start = settings.reluFirst
    ? '        x = relu(x, f"{block}_sepconv1_act")'
    : '        if number > 2:\n            x = relu(x, f"{block}_sepconv1_act")';
  return [
    "def entry_flow(x):",
    '    """Block 1, the stem, and blocks 2 to 4, each of which halves the map."""',
    layer(4, "Conv2D", first),
    '    x = relu(batch_norm(x, "block1_conv1_bn"), "block1_conv1_act")',
    layer(4, "Conv2D", second),
    '    x = relu(batch_norm(x, "block1_conv2_bn"), "block1_conv2_act")',
    `    for number, filters in (${blocks.join(", ")}):`,
    '        block, before = f"block{number}", x',
    start,
    TWO_CONVOLUTIONS,
    "    return x",
  ].join("\n");
}

function middleFlow(settings: NetworkSettings): string {
  const { middleRepeats, residual, reluBeforeAdd, width } = settings;
  const blocks =
    middleRepeats === 1 ? "Block 5" : `Blocks 5 to ${4 + middleRepeats}, all of them alike`;
  return [
    "def middle_flow(x):",
    `    """${blocks}; the map keeps its size."""`,
    `    for number in range(5, ${5 + middleRepeats}):`,
    `        block${residual ? ", before" : ""} = f"block{number}"${residual ? ", x" : ""}`,
    "        for part in (1, 2, 3):",
    '            x = relu(x, f"{block}_sepconv{part}_act")',
    `            x = convolution(x, ${scaledFilters(728, width)}, f"{block}_sepconv{part}")`,
    ...(reluBeforeAdd ? ['        x = relu(x, f"{block}_out_act")'] : []),
    ...(residual ? ['        x = layers.Add(name=f"{block}_add")([x, before])'] : []),
    "    return x",
  ].join("\n");
}

function exitFlow(settings: NetworkSettings): string {
  const { exitFilters, exitReluPosition, finalRelu, middleRepeats, width } = settings;
  const [one, two, three, four] = exitFilters.map((filters) => scaledFilters(filters, width));
  const [block, last] = [`block${5 + middleRepeats}`, `block${6 + middleRepeats}`];
  const convolved = (name: string, filters: number | undefined, reluAfter: boolean) =>
    exitReluPosition === "before"
      ? [`    x = relu(x, "${name}_act")`, `    x = convolution(x, ${filters}, "${name}")`]
      : [
          `    x = convolution(x, ${filters}, "${name}")`,
          ...(reluAfter ? [`    x = relu(x, "${name}_act")`] : []),
        ];
  return [
    "def exit_flow(x):",
    '    """Halves the map once more, and ends in one number for each filter."""',
    "    before = x",
    `    x = relu(x, "${block}_sepconv1_act")`,
    `    x = convolution(x, ${one}, "${block}_sepconv1")`,
    `    x = relu(x, "${block}_sepconv2_act")`,
    `    x = convolution(x, ${two}, "${block}_sepconv2")`,
    `    x = halve(x, before, ${two}, "${block}")`,
    ...convolved(`${last}_sepconv1`, three, true),
    ...convolved(`${last}_sepconv2`, four, finalRelu),
    '    return layers.GlobalAveragePooling2D(name="avg_pool")(x)',
  ].join("\n");
}

function network({ middleRepeats, head }: NetworkSettings): string {
  const activation = head === "linear" ? [] : [`activation="${head}"`];
  return [
    "def build_network():",
    '    image = keras.Input(INPUT_SHAPE, name="input")',
    "    x = entry_flow(image)",
    ...(middleRepeats > 0 ? ["    x = middle_flow(x)"] : []),
    "    x = exit_flow(x)",
    layer(4, "Dense", ["NUM_CLASSES", ...activation, 'name="predictions"'], "x", "classes"),
    '    return keras.Model(image, classes, name="xception")',
  ].join("\n");
}
