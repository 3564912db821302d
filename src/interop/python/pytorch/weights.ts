/**
 * Writes the weights for a program: each under the name of its parameter there, in PyTorch's order of axes, with the vectors of the
 * optimiser beside it.
 */
import { networkWeights } from "../../../network/networkWeights.ts";
import type { NetworkWeight } from "../../../network/weights.ts";
import type { OptimizerState } from "../../keras/optimizers.ts";
import { convolutionKernel, depthwiseKernel, type KernelShape } from "../../onnx/kernelOrder.ts";
import { requireWeight } from "../../requireWeight.ts";
import { type SafeTensor, toSafetensors } from "../../safetensors.ts";
import type { ProgramOrder } from "../program.ts";
import { modulePaths } from "./networkCode.ts";
import { slotsOf } from "./optimizerCode.ts";

export interface TrainedNetwork
  extends Pick<ProgramOrder, "graph" | "settings" | "isBuilt" | "step"> {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly optimizer?: OptimizerState | undefined;
}

/** Where a weight of the tab is among the parameters of its module. */
const PARAMETERS: Readonly<Record<string, string>> = {
  kernel: "weight",
  depthwise_kernel: "depthwise.weight",
  pointwise_kernel: "pointwise.weight",
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
  alpha: "slopes",
};

/** @throws PlaygroundError `network.shape-mismatch` when a weight is missing */
export function toProgramTensors(network: TrainedNetwork): {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hasOptimizer: boolean;
} {
  const { graph, settings, step, weights, optimizer } = network;
  const paths = modulePaths(graph, network.isBuilt ? settings : null);
  const layers = new Map(graph.layers.map((layer) => [layer.name, layer]));
  const tensors: SafeTensor[] = [];
  const state: SafeTensor[] = [];
  let isWhole = optimizer !== undefined;
  for (const weight of networkWeights(graph, settings.frozenLayers)) {
    const { path, layer, shape } = weight;
    const type = layers.get(layer)?.type;
    const name = `${paths.get(layer)}.${nameOf(weight, type)}`;
    const turned = (values: Float32Array) => inPyTorchOrder(weight, type, values);
    tensors.push({ name, ...turned(requireWeight(weights, path, shape)) });
    if (!weight.trainable || weight.frozen) continue;
    for (const slot of slotsOf(settings)) {
      const values = optimizer?.vectors.get(`${path}:${slot}`);
      if (values === undefined) isWhole = false;
      else state.push({ name: `${name}:${slot}`, ...turned(Float32Array.from(values)) });
    }
  }
  const kept = isWhole ? state : [];
  const steps = isWhole ? (optimizer?.step ?? 0) : 0;
  const counts = [number("step", step), number("optimizer_steps", steps)];
  return { bytes: toSafetensors([...counts, ...tensors, ...kept]), hasOptimizer: isWhole };
}

function number(name: string, value: number): SafeTensor {
  return { name, shape: [], values: BigInt64Array.of(BigInt(value)) };
}

function nameOf({ name }: NetworkWeight, type: string | undefined): string {
  // A separable convolution adds its bias in its second half.
  if (type === "SeparableConv2D" && name === "bias") return "pointwise.bias";
  return PARAMETERS[name] ?? name;
}

/** Channels come first in PyTorch, and a dense layer has a row for each unit. */
function inPyTorchOrder(
  { name, shape }: NetworkWeight,
  type: string | undefined,
  values: Float32Array,
): Pick<SafeTensor, "shape" | "values"> {
  const [rows = 1, columns = 1, channels = 1, filters = 1] = shape;
  const kernel: KernelShape = [rows, columns, channels, filters];
  if (name === "depthwise_kernel" || (name === "kernel" && type === "DepthwiseConv2D"))
    return {
      shape: [channels * filters, 1, rows, columns],
      values: depthwiseKernel(values, kernel),
    };
  if (shape.length === 4)
    return { shape: [filters, channels, rows, columns], values: convolutionKernel(values, kernel) };
  if (name === "kernel")
    return { shape: [columns, rows], values: convolutionKernel(values, [1, 1, rows, columns]) };
  if (name === "alpha" && shape.length === 3)
    return {
      shape: [channels, rows, columns],
      values: convolutionKernel(values, [rows, columns, 1, channels]),
    };
  return { shape, values };
}
