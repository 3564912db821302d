import { sizeOf } from "../../core/shape.ts";
import type { SeparableConv2DLayer } from "../graph.ts";
import type { LayerDefinition } from "./definition.ts";
import { biasVector, convolutionKernel } from "./weightSpecs.ts";
import { mapInput, windowOutput } from "./window.ts";

/** Depthwise, then pointwise, nothing between. Kernels `[K, K, C, M]` and `[1, 1, C * M, N]`. */
export const separableConv2d: LayerDefinition<SeparableConv2DLayer> = {
  outputShape(layer, inputs) {
    return [...windowOutput(layer.name, layer, mapInput(layer.name, inputs)), layer.filters];
  },
  weights(layer, inputs) {
    const channels = mapInput(layer.name, inputs)[2];
    const kernels = [
      convolutionKernel("depthwise_kernel", layer.kernelSize, channels, layer.depthMultiplier),
      convolutionKernel(
        "pointwise_kernel",
        [1, 1],
        channels * layer.depthMultiplier,
        layer.filters,
      ),
    ];
    return layer.useBias ? [...kernels, biasVector(layer.filters)] : kernels;
  },
  macs(layer, inputs, output) {
    const between = mapInput(layer.name, inputs)[2] * layer.depthMultiplier;
    const positions = sizeOf(output) / layer.filters;
    return positions * (between * sizeOf(layer.kernelSize) + between * layer.filters);
  },
};
