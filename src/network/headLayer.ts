/** Finds the layer of a network whose size is the number of classes. */
import type { Conv2DLayer, DenseLayer, Layer, LayerGraph, SeparableConv2DLayer } from "./graph.ts";

export interface Head {
  readonly layer: DenseLayer | Conv2DLayer | SeparableConv2DLayer;
  /** How many values or channels it gives. */
  readonly units: number;
}

/** Layers that keep the number of values or channels, at the end of a classifier. */
const KEEPING: ReadonlySet<Layer["type"]> = new Set([
  ...(["Activation", "Dropout", "BatchNormalization"] as const),
  ...(["MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "Flatten"] as const),
]);

/** Returns the last layer that decides how many values the network gives; undefined where no single layer does. */
export function headLayer({ layers }: LayerGraph): Head | undefined {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  let layer = layers.at(-1);
  while (layer !== undefined && KEEPING.has(layer.type)) layer = byName.get(layer.inputs[0] ?? "");
  if (layer?.type === "Dense") return { layer, units: layer.units };
  if (layer?.type === "SeparableConv2D" || (layer?.type === "Conv2D" && layer.groups === 1))
    return { layer, units: layer.filters };
  return undefined;
}
