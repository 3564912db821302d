import type { SeparableConv2DLayer } from "../graph.ts";
import type { LayerDefinition } from "./definition.ts";
import { depthwiseTerm, mapSizes } from "./macTerms.ts";
import { biasVector, convolutionKernel } from "./weightSpecs.ts";
import { mapInput, windowOutput } from "./window.ts";

/** Depthwise, then pointwise, with nothing between. Kernels `[K, K, C, M]` and `[1, 1, C * M, N]`. */
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
  macTerms({ name, kernelSize, depthMultiplier, filters }, inputs, output) {
    const channels = mapInput(name, inputs)[2];
    return [
      depthwiseTerm(kernelSize, channels, depthMultiplier, output),
      { label: "pointwise", sizes: { channels, depthMultiplier, filters, ...mapSizes(output) } },
    ];
  },
};
