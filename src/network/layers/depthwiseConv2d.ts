import type { DepthwiseConv2DLayer } from "../graph.ts";
import type { LayerDefinition } from "./definition.ts";
import { depthwiseTerm } from "./macTerms.ts";
import { biasVector, convolutionKernel } from "./weightSpecs.ts";
import { mapInput, windowOutput } from "./window.ts";

/** Convolves each channel separately with `depthMultiplier` filters. Kernel `[K, K, C, M]`. */
export const depthwiseConv2d: LayerDefinition<DepthwiseConv2DLayer> = {
  outputShape(layer, inputs) {
    const input = mapInput(layer.name, inputs);
    return [...windowOutput(layer.name, layer, input), input[2] * layer.depthMultiplier];
  },
  weights(layer, inputs) {
    const channels = mapInput(layer.name, inputs)[2];
    const kernel = convolutionKernel("kernel", layer.kernelSize, channels, layer.depthMultiplier);
    return layer.useBias ? [kernel, biasVector(channels * layer.depthMultiplier)] : [kernel];
  },
  macTerms(layer, inputs, output) {
    const channels = mapInput(layer.name, inputs)[2];
    return [depthwiseTerm(layer.kernelSize, channels, layer.depthMultiplier, output)];
  },
};
