import { PlaygroundError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import { formatShape, type Shape } from "../../core/shape.ts";
import type { MultiplyLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";

/** A gate of one number for each channel, or for each pixel, serves the whole map. */
export const multiply: LayerDefinition<MultiplyLayer> = {
  ...NO_WEIGHTS,
  outputShape({ name }, inputs, makers) {
    const [first = [], ...others] = inputs;
    const shape = first.map((_, axis) => greatestOf(inputs.map((input) => input[axis] ?? 0)));
    const fits = (input: Shape) =>
      input.length === shape.length &&
      input.every((side, axis) => side === 1 || side === shape[axis]);
    if (others.length > 0 && inputs.every(fits)) return shape;
    throw new PlaygroundError({
      code: "network.shape-mismatch",
      where: name,
      rule: "its inputs must have the same shape, or 1 where one number serves all positions",
      expected: inputs.length === 0 ? "two inputs" : `${formatShape(first)} (${makers[0]})`,
      got:
        others.map((other, index) => `${formatShape(other)} (${makers[index + 1]})`).join(", ") ||
        "one input",
      remedy: "Give both branches the same filters, strides and padding.",
      context: { layer: name },
    });
  },
};
