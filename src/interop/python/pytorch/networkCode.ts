/** Writes the network: Xception as flows and blocks, and any other graph layer by layer. */

import { PlaygroundError } from "../../../core/errors.ts";
import type { Pair } from "../../../core/shape.ts";
import type { LayerAnalysis } from "../../../network/analysis.ts";
import { analyze } from "../../../network/analyze.ts";
import type { Layer, LayerGraph } from "../../../network/graph.ts";
import { withoutSoftmax } from "../../../network/head.ts";
import type { NetworkSettings } from "../../../settings/settings.ts";
import { callText, floatLiteral, literal } from "../pythonText.ts";
import { activationCode } from "./activationCode.ts";
import { ANY_SEPARABLE_CONV, batchNormCode, LAYER_NORM, type Norm, PRELU } from "./classes.ts";
import { attributeNames, xceptionPaths } from "./names.ts";
import { pairText, windowCode } from "./windowCode.ts";
import { xceptionCode } from "./xceptionCode.ts";

/** Whether the program has a class for each flow, which it has for the Xception of settings. */
function hasFlows(settings: NetworkSettings | null): settings is NetworkSettings {
  return settings?.network === "xception";
}

/** Returns the path of each layer among the modules of the program. */
export function modulePaths(
  graph: LayerGraph,
  settings: NetworkSettings | null,
): ReadonlyMap<string, string> {
  return hasFlows(settings) ? xceptionPaths(graph) : attributeNames(graph.layers);
}

/**
 * @param settings those that gave the graph; `null` for a graph that no setting gives.
 * @throws PlaygroundError `file.unavailable` naming the layer that PyTorch lacks
 */
export function networkCode(
  graph: LayerGraph,
  settings: NetworkSettings | null,
): readonly string[] {
  if (hasFlows(settings)) return xceptionCode(settings);
  const { layers } = analyze(withoutSoftmax(graph));
  const names = attributeNames(graph.layers);
  const tensors = tensorNames(graph.layers);
  const norms = graph.layers.filter(
    (layer): layer is Layer & Norm => layer.type === "BatchNormalization",
  );
  const made = layers.flatMap((analysis) => {
    const module = moduleText(analysis, names.get(analysis.layer.name) ?? "", norms[0]);
    return module === null ? [] : [module];
  });
  const lines = layers.flatMap((analysis) => statements(analysis, tensors, names));
  const has = (type: Layer["type"]) => graph.layers.some((layer) => layer.type === type);
  return [
    ...batchNormCode(norms),
    ...(has("SeparableConv2D") ? [ANY_SEPARABLE_CONV] : []),
    ...(has("PReLU") ? [PRELU] : []),
    ...(has("LayerNormalization") ? [LAYER_NORM] : []),
    [
      "class Network(nn.Module):",
      `    """The layers of ${graph.name}. Maps have the channels first."""`,
      "",
      "    def __init__(self):",
      "        super().__init__()",
      ...made,
      "",
      "    def forward(self, image):",
      ...lines,
      "        return x",
    ].join("\n"),
  ];
}

const NORM_KEYS = ["momentum", "epsilon", "scale", "center"] as const;

function channelsOf(shape: readonly number[] | undefined): number {
  return shape?.at(-1) ?? 0;
}

/** The line that makes the module of a layer with weights; `null` for the others. */
function moduleText(
  { layer, inputShapes, weights }: LayerAnalysis,
  name: string,
  norm: Norm | undefined,
): string | null {
  const inputs = String(channelsOf(inputShapes[0]));
  const call = (made: string, args: readonly string[]) =>
    callText(`        self.${name} = ${made}(`, args);
  switch (layer.type) {
    case "Conv2D": {
      const { kernel, options } = convolutionOptions(layer, inputShapes[0]);
      const groups = layer.groups === 1 ? [] : [`groups=${layer.groups}`];
      const bias = layer.useBias ? [] : ["bias=False"];
      return call("nn.Conv2d", [
        inputs,
        String(layer.filters),
        kernel,
        ...options,
        ...groups,
        ...bias,
      ]);
    }
    case "DepthwiseConv2D": {
      const { kernel, options } = convolutionOptions(layer, inputShapes[0]);
      const filters = String(Number(inputs) * layer.depthMultiplier);
      const bias = layer.useBias ? [] : ["bias=False"];
      return call("nn.Conv2d", [inputs, filters, kernel, ...options, `groups=${inputs}`, ...bias]);
    }
    case "SeparableConv2D": {
      const { kernel, options } = convolutionOptions(layer, inputShapes[0]);
      const multiplier = layer.depthMultiplier === 1 ? [] : [`multiplier=${layer.depthMultiplier}`];
      const bias = layer.useBias ? [] : ["bias=False"];
      const filters = String(layer.filters);
      return call("SeparableConv", [inputs, filters, kernel, ...multiplier, ...bias, ...options]);
    }
    case "BatchNormalization":
      return call("BatchNorm", [inputs, ...normOptions(layer, norm)]);
    case "LayerNormalization":
      return call("LayerNorm", [
        literal((inputShapes[0] ?? []).slice(-layer.axis.length)),
        literal(layer.epsilon),
        ...(layer.scale ? [] : ["scale=False"]),
        ...(layer.center ? [] : ["center=False"]),
      ]);
    case "Dense":
      return call("nn.Linear", [
        inputs,
        String(layer.units),
        ...(layer.useBias ? [] : ["bias=False"]),
      ]);
    case "PReLU":
      return call("PReLU", [
        literal(channelsFirst(weights[0]?.shape ?? [])),
        floatLiteral(layer.alphaInitializer),
      ]);
    default:
      return null;
  }
}

/** The numbers in which a batch norm differs from the first one. */
function normOptions(norm: Norm, first: Norm | undefined): readonly string[] {
  return NORM_KEYS.flatMap((key) =>
    norm[key] === first?.[key] ? [] : [`${key}=${literal(norm[key])}`],
  );
}

/** `[height, width, channels]` as PyTorch orders a map. */
function channelsFirst(shape: readonly number[]): readonly number[] {
  return shape.length < 2 ? shape : [shape.at(-1) ?? 1, ...shape.slice(0, -1)];
}

type Convolution = Extract<Layer, { readonly dilationRate: Pair }>;

function convolutionOptions(
  { kernelSize, strides, dilationRate, padding }: Convolution,
  input: readonly number[] | undefined,
) {
  const window = windowCode({ kernelSize, strides, padding, dilationRate }, input);
  const { kernel, stride, padding: around, before } = window;
  return {
    kernel,
    before,
    options: [
      ...(stride === "1" ? [] : [`stride=${stride}`]),
      ...(around === "0" ? [] : [`padding=${around}`]),
      ...(dilationRate.every((rate) => rate === 1) ? [] : [`dilation=${pairText(dilationRate)}`]),
    ],
  };
}

/** The statements of a layer in `forward`, the last with the layer's name where no module has it. */
function statements(
  { layer, inputShapes }: LayerAnalysis,
  tensors: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
): readonly string[] {
  if (layer.type === "InputLayer") return [];
  const from = layer.inputs.map((input) => tensors.get(input) ?? "x");
  const [first = "x"] = from;
  const [input = []] = inputShapes;
  const to = tensors.get(layer.name) ?? "x";
  const module = `self.${names.get(layer.name)}`;
  const line = (value: string) => [`        ${to} = ${value}`];
  const noted = (value: string) => [`        ${to} = ${value}  # ${layer.name}`];
  const activated = (
    lines: readonly string[],
    activation: Parameters<typeof activationCode>[0],
  ) => {
    const call = activationCode(activation);
    return call === null ? lines : [...lines, ...line(readingFrom(call, to))];
  };
  switch (layer.type) {
    case "Conv2D": {
      const { before } = convolutionOptions(layer, input);
      return activated(line(`${module}(${before(first, "0.0")})`), layer.activation);
    }
    case "DepthwiseConv2D":
    case "SeparableConv2D":
      return line(`${module}(${convolutionOptions(layer, input).before(first, "0.0")})`);
    case "Dense":
      return activated(line(`${module}(${first})`), layer.activation);
    case "BatchNormalization":
    case "LayerNormalization":
    case "PReLU":
      return line(`${module}(${first})`);
    case "Activation":
      return noted(readingFrom(activationCode(layer.activation) ?? "x", first));
    case "MaxPooling2D": {
      const { kernel, stride, padding, before } = poolWindow(layer, input);
      const around = padding === "0" ? [] : [`padding=${padding}`];
      const read = before(first, "-math.inf");
      return noted(`F.max_pool2d(${[read, kernel, stride, ...around].join(", ")})`);
    }
    case "AveragePooling2D": {
      const { kernel, stride, padding, before } = poolWindow(layer, input);
      // The zeros around a map count where PyTorch's own padding is asked for.
      const counts = layer.padding === "symmetric" ? "" : ", count_include_pad=False";
      const options = padding === "0" ? "" : `, padding=${padding}${counts}`;
      const pool = (read: string) => `F.avg_pool2d(${read}, ${kernel}, ${stride}${options})`;
      const padded = before(first, "0.0");
      if (padded === first) return noted(pool(first));
      // The mean is of the pixels alone, without the zeros around them.
      const ones = before(`torch.ones_like(${first})`, "0.0");
      return [...line(`${pool(padded)} / ${pool(ones)}  # ${layer.name}`)];
    }
    case "GlobalAveragePooling2D":
      return noted(`${first}.mean((2, 3))`);
    case "Add":
      return noted(from.join(" + "));
    case "Multiply":
      return noted(from.join(" * "));
    case "Concatenate":
      return noted(`torch.cat([${from.join(", ")}], ${axisOf(layer.axis, input.length)})`);
    case "UpSampling2D":
      return noted(
        `F.interpolate(${first}, scale_factor=${literal(layer.size)}${enlarging(layer)})`,
      );
    case "ZeroPadding2D": {
      const [[top, bottom], [left, right]] = layer.padding;
      return noted(`F.pad(${first}, ${literal([left, right, top, bottom])})`);
    }
    case "Cropping2D": {
      const [[top, bottom], [left, right]] = layer.cropping;
      const [height = 0, width = 0] = input;
      return noted(`${first}[:, :, ${top}:${height - bottom}, ${left}:${width - right}]`);
    }
    case "Reshape":
      return noted(
        `${channelsLast(first, input)}.reshape(-1, ${layer.targetShape.join(", ")}).permute(0, 3, 1, 2)`,
      );
    case "Permute":
      return noted(
        `${channelsLast(first, input)}.permute(0, ${layer.dims.join(", ")}).permute(0, 3, 1, 2)`,
      );
    case "Flatten":
      return noted(`${channelsLast(first, input)}.flatten(1)`);
    case "Dropout":
      return noted(`F.dropout(${first}, ${literal(layer.rate)}, self.training)`);
  }
}

/** An activation is written as an expression of `x`. */
function readingFrom(expression: string, tensor: string): string {
  return expression.replaceAll(/\bx\b/g, tensor);
}

/** The tab and Keras count the values of a map with the channels last. */
function channelsLast(tensor: string, shape: readonly number[]): string {
  return shape.length === 3 ? `${tensor}.permute(0, 2, 3, 1)` : tensor;
}

function axisOf(axis: number, rank: number): number {
  if (rank < 3) return axis;
  return axis === rank ? 1 : axis + 1;
}

function enlarging(layer: Extract<Layer, { readonly type: "UpSampling2D" }>): string {
  if (layer.interpolation === "nearest") return "";
  if (layer.interpolation === "bilinear") return ', mode="bilinear"';
  throw new PlaygroundError({
    code: "file.unavailable",
    where: "Export",
    rule: `${layer.name}: PyTorch has no layer with interpolation between pixels' corners`,
    remedy: "Export it as ONNX, which has one.",
  });
}

type Pool = Extract<Layer, { readonly type: "MaxPooling2D" | "AveragePooling2D" }>;

function poolWindow({ poolSize, strides, padding }: Pool, input: readonly number[]) {
  return windowCode({ kernelSize: poolSize, strides, padding, dilationRate: [1, 1] }, input);
}

/** A tensor that is read by others than the layer after it needs a name of its own. */
function tensorNames(layers: readonly Layer[]): ReadonlyMap<string, string> {
  return new Map(
    layers.map((layer, index) => {
      if (layer.type === "InputLayer") return [layer.name, "image"];
      const readers = layers.filter(({ inputs }) => inputs.includes(layer.name));
      const onlyNext =
        readers.length === 0 || (readers.length === 1 && readers[0] === layers[index + 1]);
      return [layer.name, onlyNext ? "x" : `x_${layer.name.replaceAll(/\W/g, "_")}`];
    }),
  );
}
