import { PlaygroundError } from "../../core/errors.ts";
import { formatShape, sameShape } from "../../core/shape.ts";
import type { AddLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";

/** Sums inputs of one shape. The error names both shapes, because a person needs both to fix it. */
export const add: LayerDefinition<AddLayer> = {
  ...NO_WEIGHTS,
  outputShape(layer, inputs, makers) {
    const [first, ...others] = inputs;
    if (
      first !== undefined &&
      others.length > 0 &&
      others.every((other) => sameShape(first, other))
    )
      return first;
    throw new PlaygroundError({
      code: "network.shape-mismatch",
      where: layer.name,
      rule: "its inputs must have the same shape",
      expected: first === undefined ? "two inputs" : `${formatShape(first)} (${makers[0]})`,
      got:
        others.map((other, index) => `${formatShape(other)} (${makers[index + 1]})`).join(", ") ||
        "one input",
      remedy: "Give both branches the same filters, strides and padding.",
      context: { layer: layer.name },
    });
  },
};
