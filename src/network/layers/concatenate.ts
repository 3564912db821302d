import { PlaygroundError } from "../../core/errors.ts";
import { formatShape, type Shape } from "../../core/shape.ts";
import type { ConcatenateLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";

/** The inputs may differ along the layer's axis only. */
export const concatenate: LayerDefinition<ConcatenateLayer> = {
  ...NO_WEIGHTS,
  outputShape({ name, axis }, inputs, makers) {
    const [first = [], ...others] = inputs;
    const fits = (input: Shape) =>
      input.length === first.length &&
      input.every((side, place) => place === axis - 1 || side === first[place]);
    if (others.length > 0 && axis >= 1 && axis <= first.length && others.every(fits)) {
      const total = inputs.reduce((sum, input) => sum + (input[axis - 1] ?? 0), 0);
      return first.map((side, place) => (place === axis - 1 ? total : side));
    }
    throw new PlaygroundError({
      code: "network.shape-mismatch",
      where: name,
      rule: `its inputs must have the same shape but for axis ${axis}`,
      expected: inputs.length === 0 ? "two inputs" : `${formatShape(first)} (${makers[0]})`,
      got:
        others.map((other, index) => `${formatShape(other)} (${makers[index + 1]})`).join(", ") ||
        "one input",
      remedy: "Give both branches the same strides and padding.",
      context: { layer: name },
    });
  },
};
