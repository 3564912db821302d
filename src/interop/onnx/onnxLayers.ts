/**
 * Writes each layer type as ONNX operators, in inference mode. Feature maps are `[N, C, H, W]` here. They are transposed only
 * where the order of the axes is visible from outside: at the input, where the shape changes, and at an output that is a map.
 */
import { type Shape, sizeOf } from "../../core/shape.ts";
import {
  type Activation,
  activationName,
  type Layer,
  type LayerOf,
  type LayerType,
  type PoolingLayer,
} from "../../network/graph.ts";
import { type Window, windowPadding } from "../../network/layers/window.ts";
import { convolutionKernel, depthwiseKernel, type KernelShape } from "./kernelOrder.ts";
import { writeActivation } from "./onnxActivations.ts";
import type { OnnxGraph, OnnxTensor } from "./onnxGraph.ts";

/** What a layer's writer gets. */
export interface LayerSite {
  readonly onnx: OnnxGraph;
  /** Names of the input tensors, in order. */
  readonly inputs: readonly OnnxTensor[];
  /** Shapes of the inputs, `[H, W, C]` or `[C]` as in Keras. */
  readonly inputShapes: readonly Shape[];
  /** Shape of the output, as in Keras. */
  readonly shape: Shape;
  /** Returns the layer's weight of this name, in Keras' order. */
  readonly weight: (name: string) => Float32Array;
}

type Writer<T extends LayerType> = (layer: LayerOf<T>, site: LayerSite) => void;

const CHANNELS_FIRST = [0, 3, 1, 2];
export const CHANNELS_LAST = [0, 2, 3, 1];

const WRITERS: { readonly [T in LayerType]: Writer<T> } = {
  InputLayer({ name }, { onnx, inputs }) {
    onnx.node("Transpose", inputs, name, { perm: CHANNELS_FIRST });
  },
  Conv2D(layer, site) {
    const { kernelSize, filters, groups } = layer;
    const channels = channelsOf(site) / groups;
    const kernel = site.onnx.floats(
      `${layer.name}/kernel`,
      [filters, channels, ...kernelSize],
      convolutionKernel(site.weight("kernel"), [...kernelSize, channels, filters]),
    );
    withActivation(layer, site, (output) => {
      const parameters = [...site.inputs, kernel, ...biasOf(layer, site)];
      site.onnx.node("Conv", parameters, output, { ...windowOf(layer, site), group: groups });
    });
  },
  DepthwiseConv2D(layer, site) {
    depthwise(layer, site, "kernel", layer.name, biasOf(layer, site));
  },
  SeparableConv2D(layer, site) {
    const { name, filters, depthMultiplier } = layer;
    const between = channelsOf(site) * depthMultiplier;
    const spread = depthwise(layer, site, "depthwise_kernel", `${name}/depthwise`, []);
    const kernel = site.onnx.floats(
      `${name}/pointwise_kernel`,
      [filters, between, 1, 1],
      convolutionKernel(site.weight("pointwise_kernel"), [1, 1, between, filters]),
    );
    site.onnx.node("Conv", [spread, kernel, ...biasOf(layer, site)], name, {
      kernel_shape: [1, 1],
    });
  },
  BatchNormalization({ name, epsilon, scale, center }, { onnx, inputs, shape, weight }) {
    const channels = shape.slice(-1);
    const vector = (of: string) => onnx.floats(`${name}/${of}`, channels, weight(of));
    const constant = (of: string, value: number) =>
      onnx.floats(`${name}/${of}`, channels, new Float32Array(channels[0] ?? 0).fill(value));
    const parameters = [
      scale ? vector("gamma") : constant("gamma", 1),
      center ? vector("beta") : constant("beta", 0),
      vector("moving_mean"),
      vector("moving_variance"),
    ];
    onnx.node("BatchNormalization", [...inputs, ...parameters], name, {
      epsilon: { float: epsilon },
    });
  },
  LayerNormalization(layer, site) {
    const { name, axis, epsilon } = layer;
    const sides = site.shape.slice(-axis.length);
    const vector = (part: string) =>
      site.onnx.floats(
        `${name}/${part}`,
        sides,
        part === "gamma" && !layer.scale
          ? new Float32Array(sizeOf(sides)).fill(1)
          : site.weight(part),
      );
    const parameters = [vector("gamma"), ...(layer.center ? [vector("beta")] : [])];
    const isMap = site.shape.length === 3;
    const output = isMap ? `${name}/normalized` : name;
    site.onnx.node("LayerNormalization", [...inKerasOrder(name, site), ...parameters], output, {
      axis: site.shape.length - axis.length + 1,
      epsilon: { float: epsilon },
    });
    if (isMap) site.onnx.node("Transpose", [output], name, { perm: CHANNELS_FIRST });
  },
  Activation: ({ name, activation }, { onnx, inputs }) => activate(onnx, activation, inputs, name),
  PReLU({ name, sharedAxes }, { onnx, inputs, shape, weight }) {
    const sides = shape.map((side, axis) => (axis < sharedAxes.length ? 1 : side));
    const [channels = 1, columns = 1, rows = 1] = sides.toReversed();
    const slopes = convolutionKernel(weight("alpha"), [rows, columns, 1, channels]);
    const turned = shape.length === 3 ? [channels, rows, columns] : sides;
    onnx.node("PRelu", [...inputs, onnx.floats(`${name}/alpha`, turned, slopes)], name);
  },
  MaxPooling2D: pool,
  AveragePooling2D: pool,
  GlobalAveragePooling2D({ name }, { onnx, inputs }) {
    const mean = onnx.node("GlobalAveragePool", inputs, `${name}/mean`);
    onnx.node("Flatten", [mean], name, { axis: 1 });
  },
  Add({ name }, { onnx, inputs }) {
    onnx.node(inputs.length === 2 ? "Add" : "Sum", inputs, name);
  },
  Multiply({ name }, { onnx, inputs }) {
    const [first = "", ...others] = inputs;
    others.reduce(
      (product, other, at) =>
        onnx.node("Mul", [product, other], at === others.length - 1 ? name : `${name}/${at}`),
      first,
    );
  },
  Concatenate({ name, axis }, { onnx, inputs, shape }) {
    onnx.node("Concat", inputs, name, { axis: shape.length === 3 ? (axis % 3) + 1 : axis });
  },
  UpSampling2D({ name, size, interpolation }, { onnx, inputs }) {
    const scales = onnx.floats(`${name}/scales`, [4], Float32Array.of(1, 1, ...size));
    // The region of interest is not given.
    onnx.node("Resize", [...inputs, "", scales], name, {
      mode: { text: interpolation === "nearest" ? "nearest" : "linear" },
      coordinate_transformation_mode: {
        text: interpolation === "bilinear" ? "half_pixel" : "asymmetric",
      },
      ...(interpolation === "nearest" && { nearest_mode: { text: "floor" } }),
    });
  },
  ZeroPadding2D({ name, padding: [rows, columns] }, { onnx, inputs }) {
    const sides = [0, 0, rows[0], columns[0], 0, 0, rows[1], columns[1]];
    onnx.node("Pad", [...inputs, onnx.integers(`${name}/pads`, sides)], name);
  },
  Cropping2D({ name, cropping: [rows, columns] }, { onnx, inputs, inputShapes }) {
    const [height = 0, width = 0] = inputShapes[0] ?? [];
    const starts = onnx.integers(`${name}/starts`, [rows[0], columns[0]]);
    const ends = onnx.integers(`${name}/ends`, [height - rows[1], width - columns[1]]);
    onnx.node("Slice", [...inputs, starts, ends, onnx.integers(`${name}/axes`, [2, 3])], name);
  },
  Reshape({ name, targetShape }, site) {
    const { onnx } = site;
    const shape = onnx.integers(`${name}/shape`, [-1, ...targetShape]);
    const reshaped = onnx.node("Reshape", [...inKerasOrder(name, site), shape], `${name}/reshaped`);
    onnx.node("Transpose", [reshaped], name, { perm: CHANNELS_FIRST });
  },
  Permute({ name, dims: [height, width, channels] }, { onnx, inputs }) {
    const perm = [0, ...[channels, height, width].map((axis) => (axis % 3) + 1)];
    onnx.node("Transpose", inputs, name, { perm });
  },
  Flatten({ name }, site) {
    site.onnx.node("Flatten", inKerasOrder(name, site), name, { axis: 1 });
  },
  Dense(layer, site) {
    const shape = [channelsOf(site), layer.units];
    const kernel = site.onnx.floats(`${layer.name}/kernel`, shape, site.weight("kernel"));
    withActivation(layer, site, (output) => {
      site.onnx.node("Gemm", [...site.inputs, kernel, ...biasOf(layer, site)], output);
    });
  },
  Dropout({ name }, { onnx, inputs }) {
    onnx.node("Identity", inputs, name);
  },
};

/** Adds the nodes of a layer. The last node's output has the layer's name. */
export function writeLayer(layer: Layer, site: LayerSite): void {
  write(layer, site);
}

function write<T extends LayerType>(
  layer: LayerOf<T> & { readonly type: T },
  site: LayerSite,
): void {
  const writer: Writer<T> = WRITERS[layer.type];
  writer(layer, site);
}

function depthwise(
  layer: LayerOf<"DepthwiseConv2D" | "SeparableConv2D">,
  site: LayerSite,
  weight: string,
  output: OnnxTensor,
  bias: readonly OnnxTensor[],
): OnnxTensor {
  const channels = channelsOf(site);
  const shape: KernelShape = [...layer.kernelSize, channels, layer.depthMultiplier];
  const kernel = site.onnx.floats(
    `${layer.name}/${weight}`,
    [channels * layer.depthMultiplier, 1, ...layer.kernelSize],
    depthwiseKernel(site.weight(weight), shape),
  );
  return site.onnx.node("Conv", [...site.inputs, kernel, ...bias], output, {
    ...windowOf(layer, site),
    group: channels,
  });
}

/** Layers that change the shape number their values in Keras' order, in which channels come last. */
function inKerasOrder(
  name: string,
  { onnx, inputs, inputShapes }: LayerSite,
): readonly OnnxTensor[] {
  if (inputShapes[0]?.length !== 3) return inputs;
  return [onnx.node("Transpose", inputs, `${name}/channels_last`, { perm: CHANNELS_LAST })];
}

function pool(layer: PoolingLayer, site: LayerSite): void {
  const window = { ...layer, kernelSize: layer.poolSize, dilationRate: [1, 1] as const };
  const { dilations: _none, ...attributes } = windowOf(window, site);
  if (layer.type === "MaxPooling2D") site.onnx.node("MaxPool", site.inputs, layer.name, attributes);
  else
    site.onnx.node("AveragePool", site.inputs, layer.name, {
      ...attributes,
      // Keras divides by the number of positions inside the image, PyTorch by the whole window.
      count_include_pad: layer.padding === "symmetric" ? 1 : 0,
    });
}

/** Returns ONNX's window with explicit padding. */
function windowOf(window: Window, { inputShapes }: LayerSite) {
  const [height = 0, width = 0] = inputShapes[0] ?? [];
  const [top, bottom] = windowPadding(window, 0, height);
  const [left, right] = windowPadding(window, 1, width);
  return {
    kernel_shape: window.kernelSize,
    strides: window.strides,
    dilations: window.dilationRate,
    pads: [top, left, bottom, right],
  };
}

function withActivation(
  { name, activation }: LayerOf<"Conv2D" | "Dense">,
  { onnx }: LayerSite,
  write: (output: OnnxTensor) => void,
): void {
  if (activation === "linear") {
    write(name);
    return;
  }
  const before = `${name}/${activationName(activation)}`;
  write(before);
  activate(onnx, activation, [before], name);
}

function activate(
  onnx: OnnxGraph,
  activation: Activation,
  inputs: readonly OnnxTensor[],
  output: OnnxTensor,
): void {
  if (activation === "linear") onnx.node("Identity", inputs, output);
  // Applies over the channels, which are axis 1 of a map and of a vector.
  else if (activation === "softmax") onnx.node("Softmax", inputs, output, { axis: 1 });
  else if (activation === "log_softmax") onnx.node("LogSoftmax", inputs, output, { axis: 1 });
  else writeActivation(onnx, activation, inputs, output);
}

function biasOf(
  layer: { readonly name: string; readonly useBias: boolean },
  { onnx, shape, weight }: LayerSite,
): readonly OnnxTensor[] {
  if (!layer.useBias) return [];
  return [onnx.floats(`${layer.name}/bias`, shape.slice(-1), weight("bias"))];
}

function channelsOf({ inputShapes }: LayerSite): number {
  return inputShapes[0]?.at(-1) ?? 0;
}
