import type { NetworkSettings } from "../../settings/settings.ts";
import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "./builder.ts";
import { convolutionOfKind } from "./convolutionOfKind.ts";

/**
 * R4: two 3x3 layers of 32 and 64 filters without padding, of the selected kind; on 224x224x3 ordinary (19,392 parameters) or
 * separable (2,555). It is only counted, because it has no head to train. Layers are named as Keras numbers them.
 */
export function buildTwoLayers(settings: NetworkSettings): LayerGraph {
  const net = createBuilder("two-layers");
  const { inputSize, inputChannels } = settings;
  const name = settings.convolution === "ordinary" ? "conv2d" : "separable_conv2d";
  const window = { kernelSize: [3, 3], padding: "valid", useBias: true } as const;
  const input = net.input("input_layer", [inputSize, inputSize, inputChannels]);
  const first = convolutionOfKind(net, settings, input, name, { ...window, filters: 32 });
  convolutionOfKind(net, settings, first, `${name}_1`, { ...window, filters: 64 });
  return net.finish();
}
