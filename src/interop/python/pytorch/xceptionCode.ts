/**
 * Writes Xception as modules: one for each flow, and one for each kind of block. It follows `buildXception`, whose settings it
 * reads; the layers, their order and their names are the same.
 */
import { scaledFilters } from "../../../network/networks/xception.ts";
import type { NetworkSettings } from "../../../settings/settings.ts";
import { callText, LINE_LENGTH, literal } from "../pythonText.ts";
import { batchNormCode, separableConvCode } from "./classes.ts";

/** Returns the classes and functions of the network, the last of which is `Network`. */
export function xceptionCode(settings: NetworkSettings): readonly string[] {
  const { batchNormMomentum, batchNormEpsilon, batchNormScale, batchNormCenter } = settings;
  const norm = {
    ...{ momentum: batchNormMomentum, epsilon: batchNormEpsilon },
    ...{ scale: batchNormScale, center: batchNormCenter },
  };
  const isSame = settings.poolPadding === "same" || settings.stemPadding === "same";
  const isSeparable =
    settings.convolution === "separable" && settings.intermediateActivation === "none";
  return [
    ...batchNormCode([norm]),
    ...(isSame ? [PAD_SAME] : []),
    ...(settings.stemPadding === "same" ? [STEM_CONV] : []),
    ...(settings.poolPadding === "same" ? [MAX_POOL] : []),
    ...(isSeparable ? [separableConvCode(settings.depthMultiplier, settings.bias)] : []),
    convolution(settings),
    halving(settings),
    entryFlow(settings),
    ...(settings.middleRepeats > 0 ? [middleFlow(settings)] : []),
    exitFlow(settings),
    network(settings),
  ];
}

const PAD_SAME = `def pad_same(x, value):
    """Pads for a window of 3 with strides of 2 as Keras' "same" does.

    An even side gets one row or column at its end, an odd side one at both.
    """
    height, width = x.shape[2:]
    return F.pad(x, (width % 2, 1, height % 2, 1), value=value)`;

const STEM_CONV = `class StemConv(nn.Conv2d):
    def forward(self, x):
        return super().forward(pad_same(x, 0.0))`;

const MAX_POOL = `class MaxPool(nn.MaxPool2d):
    def forward(self, x):
        return super().forward(pad_same(x, -math.inf))`;

/** `bias=False` where there is none, because PyTorch's layers have one otherwise. */
function biasOf({ bias }: Pick<NetworkSettings, "bias">): readonly string[] {
  return bias ? [] : ["bias=False"];
}

/** A layer with its name, as an item of a list. */
function entry(indent: number, name: string, made: string, args: readonly string[]): string {
  const spaces = " ".repeat(indent);
  const call = `${made}(${args.join(", ")})`;
  const line = `${spaces}(${name}, ${call}),`;
  if (line.length <= LINE_LENGTH) return line;
  const inner = callText(`${spaces}    ${made}(`, args, "),");
  return `${spaces}(\n${spaces}    ${name},\n${inner}\n${spaces}),`;
}

const WORDS = {
  separable: "A separable convolution and its batch norm.",
  ordinary: "A convolution over places and channels at once, and its batch norm.",
  "pointwise-first": "All channels of each place (pointwise), then each channel alone (depthwise).",
};

function convolution(settings: NetworkSettings): string {
  const { convolution: kind, intermediateActivation: between, depthMultiplier } = settings;
  const bias = biasOf(settings);
  const wide = depthMultiplier === 1 ? "inputs" : `${depthMultiplier} * inputs`;
  const activation =
    between === "none"
      ? []
      : [entry(8, 'f"{name}_between"', between === "relu" ? "nn.ReLU" : "nn.ELU", [])];
  const none = "bias=False";
  const around = "padding=1";
  const conv = (part: string, args: readonly string[]) =>
    entry(8, part === "" ? "name" : `f"{name}_${part}"`, "nn.Conv2d", args);
  const lines =
    kind === "ordinary"
      ? [conv("", ["inputs", "filters", "3", around, ...bias])]
      : kind === "pointwise-first"
        ? [
            conv("pointwise", ["inputs", "filters", "1", none]),
            ...activation,
            conv("depthwise", ["filters", "filters", "3", around, "groups=filters", ...bias]),
          ]
        : between === "none"
          ? [entry(8, "name", "SeparableConv", ["inputs", "filters"])]
          : [
              conv("depthwise", ["inputs", wide, "3", around, "groups=inputs", none]),
              ...activation,
              conv("pointwise", [wide, "filters", "1", ...bias]),
            ];
  return [
    "def convolution(inputs, filters, name):",
    `    """${WORDS[kind]}"""`,
    "    return [",
    ...lines,
    '        (f"{name}_bn", BatchNorm(filters)),',
    "    ]",
  ].join("\n");
}

function halving(settings: NetworkSettings): string {
  const { residual, residualBatchNorm, reluFirst, poolPadding } = settings;
  const pool =
    poolPadding === "same" ? "MaxPool(3, stride=2)" : "nn.MaxPool2d(3, stride=2, padding=1)";
  const act = '(f"{block}_sepconv1_act", nn.ReLU())';
  return [
    "class Halving(nn.Module):",
    `    """Two convolutions and a pool, which halve the map${residual ? ", and their residual" : ""}."""`,
    "",
    callText(
      "    def __init__(",
      ["self", "block", "inputs", "middle", "filters", ...(reluFirst ? [] : ["relu_first=True"])],
      "):",
    ),
    "        super().__init__()",
    "        layers = [",
    ...(reluFirst ? [`            ${act},`] : []),
    '            *convolution(inputs, middle, f"{block}_sepconv1"),',
    '            (f"{block}_sepconv2_act", nn.ReLU()),',
    '            *convolution(middle, filters, f"{block}_sepconv2"),',
    `            (f"{block}_pool", ${pool}),`,
    "        ]",
    ...(reluFirst ? [] : ["        if relu_first:", `            layers.insert(0, ${act})`]),
    "        self.main = nn.Sequential(OrderedDict(layers))",
    ...(residual
      ? [
          callText("        shortcut = nn.Conv2d(", [
            "inputs",
            "filters",
            "1",
            "stride=2",
            ...biasOf(settings),
          ]),
          '        layers = [(f"{block}_residual_conv", shortcut)]',
          ...(residualBatchNorm
            ? ['        layers.append((f"{block}_residual_bn", BatchNorm(filters)))']
            : []),
          "        self.shortcut = nn.Sequential(OrderedDict(layers))",
        ]
      : []),
    "",
    "    def forward(self, x):",
    residual
      ? '        return self.main(x) + self.shortcut(x)  # The layer f"{block}_add".'
      : "        return self.main(x)",
  ].join("\n");
}

/** A flow whose layers follow one another. */
function flow(name: string, words: string, layers: readonly string[]): string {
  return [
    `class ${name}(nn.Sequential):`,
    `    """${words}"""`,
    "",
    "    def __init__(self):",
    "        layers = [",
    ...layers,
    "        ]",
    "        super().__init__(OrderedDict(layers))",
  ].join("\n");
}

function item(name: string, made: string, args: readonly string[]): string {
  return entry(12, `"${name}"`, made, args);
}

function entryFlow(settings: NetworkSettings): string {
  const { stemPadding, reluFirst } = settings;
  const of = (filters: number) => String(scaledFilters(filters, settings.width));
  const isSame = stemPadding === "same";
  const bias = biasOf(settings);
  const first = ["INPUT_SHAPE[2]", of(32), "3", "stride=2", ...bias];
  const second = [of(32), of(64), "3", ...(isSame ? ["padding=1"] : []), ...bias];
  const late = reluFirst ? [] : ["relu_first=False"];
  return flow("EntryFlow", "Block 1, the stem, and blocks 2 to 4, each of which halves the map.", [
    item("block1_conv1", isSame ? "StemConv" : "nn.Conv2d", first),
    item("block1_conv1_bn", "BatchNorm", [of(32)]),
    item("block1_conv1_act", "nn.ReLU", []),
    item("block1_conv2", "nn.Conv2d", second),
    item("block1_conv2_bn", "BatchNorm", [of(64)]),
    item("block1_conv2_act", "nn.ReLU", []),
    item("block2", "Halving", ['"block2"', of(64), of(128), of(128), ...late]),
    item("block3", "Halving", ['"block3"', of(128), of(256), of(256)]),
    item("block4", "Halving", ['"block4"', of(256), of(728), of(728)]),
  ]);
}

function middleFlow({ middleRepeats, residual, reluBeforeAdd, width }: NetworkSettings): string {
  const blocks =
    middleRepeats === 1 ? "Block 5" : `Blocks 5 to ${4 + middleRepeats}, all of them alike`;
  const filters = scaledFilters(728, width);
  return `class MiddleBlock(nn.Module):
    """Three convolutions, which keep the size of the map${residual ? ", and a residual" : ""}."""

    def __init__(self, block):
        super().__init__()
        layers = []
        for part in (1, 2, 3):
            layers.append((f"{block}_sepconv{part}_act", nn.ReLU()))
            layers.extend(convolution(${filters}, ${filters}, f"{block}_sepconv{part}"))
${reluBeforeAdd ? '        layers.append((f"{block}_out_act", nn.ReLU()))\n' : ""}        self.main = nn.Sequential(OrderedDict(layers))

    def forward(self, x):
        return self.main(x)${residual ? ' + x  # The layer f"{block}_add".' : ""}


class MiddleFlow(nn.Sequential):
    """${blocks}."""

    def __init__(self):
        blocks = [f"block{number}" for number in range(5, ${5 + middleRepeats})]
        super().__init__(OrderedDict((block, MiddleBlock(block)) for block in blocks))`;
}

function exitFlow(settings: NetworkSettings): string {
  const { exitFilters, exitReluPosition, finalRelu, middleRepeats, width } = settings;
  const [one = 0, two = 0, three = 0, four = 0] = exitFilters.map((filters) =>
    scaledFilters(filters, width),
  );
  const [block, last] = [`block${5 + middleRepeats}`, `block${6 + middleRepeats}`];
  const convolved = (name: string, filters: readonly number[], reluAfter: boolean) => {
    const act = item(`${name}_act`, "nn.ReLU", []);
    const made = callText("            *convolution(", [...filters.map(String), `"${name}"`], "),");
    if (exitReluPosition === "before") return [act, made];
    return reluAfter ? [made, act] : [made];
  };
  const start = scaledFilters(728, width);
  return flow("ExitFlow", "Halves the map once more, and ends in one number for each filter.", [
    item(block, "Halving", [`"${block}"`, ...[start, one, two].map(String)]),
    ...convolved(`${last}_sepconv1`, [two, three], true),
    ...convolved(`${last}_sepconv2`, [three, four], finalRelu),
    item("avg_pool", "nn.AdaptiveAvgPool2d", ["1"]),
    item("flatten", "nn.Flatten", []),
  ]);
}

function network({ middleRepeats, exitFilters, width, head }: NetworkSettings): string {
  const filters = scaledFilters(exitFilters.at(-1) ?? 0, width);
  const words =
    head === "softmax"
      ? "It gives scores (logits), of which a softmax makes probabilities."
      : "It gives scores, which are taken as they are.";
  return [
    "class Network(nn.Module):",
    `    """Xception. ${words}"""`,
    "",
    "    def __init__(self):",
    "        super().__init__()",
    "        self.entry_flow = EntryFlow()",
    ...(middleRepeats > 0 ? ["        self.middle_flow = MiddleFlow()"] : []),
    "        self.exit_flow = ExitFlow()",
    `        self.predictions = nn.Linear(${literal(filters)}, NUM_CLASSES)`,
    "",
    "    def forward(self, x):",
    "        x = self.entry_flow(x)",
    ...(middleRepeats > 0 ? ["        x = self.middle_flow(x)"] : []),
    "        return self.predictions(self.exit_flow(x))",
  ].join("\n");
}
