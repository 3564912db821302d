import { PlaygroundError } from "../../core/errors.ts";
import type { Conv2DLayer } from "../graph.ts";
import type { LayerDefinition } from "./definition.ts";
import { convolutionTerm } from "./macTerms.ts";
import { biasVector, convolutionKernel } from "./weightSpecs.ts";
import { mapInput, windowOutput } from "./window.ts";

/** Ordinary and grouped convolution. Kernel `[K, K, C / groups, N]`. */
export const conv2d: LayerDefinition<Conv2DLayer> = {
  outputShape(layer, inputs) {
    const input = mapInput(layer.name, inputs);
    if (input[2] % layer.groups !== 0 || layer.filters % layer.groups !== 0) {
      throw new PlaygroundError({
        code: "network.invalid",
        where: layer.name,
        rule: "groups must divide the channels and the filters",
        expected: `multiples of ${layer.groups}`,
        got: `${input[2]} channels and ${layer.filters} filters`,
        remedy: "Choose another number of groups.",
        context: { layer: layer.name },
      });
    }
    return [...windowOutput(layer.name, layer, input), layer.filters];
  },
  weights(layer, inputs) {
    const channels = mapInput(layer.name, inputs)[2] / layer.groups;
    const kernel = convolutionKernel("kernel", layer.kernelSize, channels, layer.filters);
    return layer.useBias ? [kernel, biasVector(layer.filters)] : [kernel];
  },
  macTerms(layer, inputs, output) {
    const channels = mapInput(layer.name, inputs)[2] / layer.groups;
    return [convolutionTerm(layer.kernelSize, channels, layer.filters, output)];
  },
};
