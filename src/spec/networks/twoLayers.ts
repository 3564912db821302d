import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "./builder.ts";

/** R4: two 3x3 layers on 224x224x3, ordinary (19,392 parameters) or separable (2,555). Counted, never trained. */
export function buildTwoLayers(kind: "ordinary" | "separable"): LayerGraph {
  const net = createBuilder(`two-layers-${kind}`);
  const layer = kind === "ordinary" ? net.conv2d : net.separableConv2d;
  const name = kind === "ordinary" ? "conv2d" : "separable_conv2d";
  const input = net.input("input_layer", [224, 224, 3]);
  const first = layer(input, name, { filters: 32, kernelSize: [3, 3] });
  layer(first, `${name}_1`, { filters: 64, kernelSize: [3, 3] });
  return net.finish();
}
