import { PlaygroundError } from "../../core/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { DenseLayer, FlattenLayer, ReshapeLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";
import { onlyInput } from "./shapePreserving.ts";
import { biasVector } from "./weightSpecs.ts";

/** Kernel `[in, units]`. */
export const dense: LayerDefinition<DenseLayer> = {
  outputShape(layer, inputs) {
    vectorLength(layer, inputs);
    return [layer.units];
  },
  weights(layer, inputs) {
    const fanIn = vectorLength(layer, inputs);
    const kernel = {
      name: "kernel",
      shape: [fanIn, layer.units],
      trainable: true,
      initializer: { kind: "glorot-uniform", fanIn, fanOut: layer.units },
    } as const;
    return layer.useBias ? [kernel, biasVector(layer.units)] : [kernel];
  },
  macTerms(layer, inputs) {
    const sizes = { channels: vectorLength(layer, inputs), filters: layer.units };
    return [{ label: "dense", sizes }];
  },
};

export const flatten: LayerDefinition<FlattenLayer> = {
  ...NO_WEIGHTS,
  outputShape: (layer, inputs) => [sizeOf(onlyInput(layer.name, inputs))],
};

export const reshape: LayerDefinition<ReshapeLayer> = {
  ...NO_WEIGHTS,
  outputShape(layer, inputs) {
    const input = onlyInput(layer.name, inputs);
    if (sizeOf(input) === sizeOf(layer.targetShape)) return layer.targetShape;
    throw new PlaygroundError({
      code: "network.shape-mismatch",
      where: layer.name,
      rule: "a reshape keeps the number of values",
      expected: `an input of ${sizeOf(layer.targetShape)} values`,
      got: formatShape(input),
      remedy: "Choose a shape of the same size.",
      context: { layer: layer.name },
    });
  },
};

function vectorLength(layer: DenseLayer, inputs: readonly Shape[]): number {
  const input = onlyInput(layer.name, inputs);
  const [length] = input;
  if (input.length === 1 && length !== undefined) return length;
  throw new PlaygroundError({
    code: "network.shape-mismatch",
    where: layer.name,
    rule: "a dense layer takes a vector",
    expected: "one axis",
    got: formatShape(input),
    remedy: "Flatten or pool first.",
    context: { layer: layer.name },
  });
}
