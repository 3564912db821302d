import { PlaygroundError } from "../../core/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { DenseLayer, FlattenLayer } from "../graph.ts";
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
