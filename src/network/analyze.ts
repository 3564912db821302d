/** Computes shapes, parameters and MACs of a whole network. It is pure and fast enough to run at every slider movement. */
import { PlaygroundError } from "../core/errors.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import type { LayerAnalysis, NetworkAnalysis } from "./analysis.ts";
import type { LayerGraph } from "./graph.ts";
import { macsOf } from "./layers/macTerms.ts";
import { inferLayer } from "./layers/registry.ts";

/** @throws PlaygroundError `network.*` naming the first layer that does not fit. */
export function analyze(graph: LayerGraph): NetworkAnalysis {
  const shapes = new Map<string, Shape>();
  const makers = new Map<string, string>();
  const layers = graph.layers.map((layer): LayerAnalysis => {
    const inputs = layer.inputs.map((name) => requireShape(shapes, layer.name, name));
    if (shapes.has(layer.name))
      throw graphFault(layer.name, "two layers have this name", "Rename one of them.");
    const makersOfInputs = layer.inputs.map((name) => makers.get(name) ?? name);
    const { shape, weights, macTerms } = inferLayer(layer, inputs, makersOfInputs);
    shapes.set(layer.name, shape);
    // A layer that returns its input's shape object unchanged, such as a norm or an activation, did not determine the shape.
    makers.set(layer.name, shape === inputs[0] ? (makersOfInputs[0] ?? layer.name) : layer.name);
    return {
      layer,
      inputShapes: inputs,
      shape,
      weights,
      params: sum(weights.map((weight) => sizeOf(weight.shape))),
      trainableParams: sum(weights.map((weight) => (weight.trainable ? sizeOf(weight.shape) : 0))),
      macTerms,
      macs: macsOf(macTerms),
    };
  });
  return {
    name: graph.name,
    layers,
    params: sum(layers.map((layer) => layer.params)),
    trainableParams: sum(layers.map((layer) => layer.trainableParams)),
    macs: sum(layers.map((layer) => layer.macs)),
  };
}

function requireShape(shapes: ReadonlyMap<string, Shape>, layer: string, input: string): Shape {
  const shape = shapes.get(input);
  if (shape === undefined) {
    throw graphFault(
      layer,
      `its input "${input}" does not come before it`,
      "List layers in topological order.",
    );
  }
  return shape;
}

function graphFault(where: string, rule: string, remedy: string): PlaygroundError {
  return new PlaygroundError({
    code: "network.invalid",
    where,
    rule,
    remedy,
    context: { layer: where },
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
