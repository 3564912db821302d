import { formatShape } from "../../core/shape.ts";
import type { PReLULayer } from "../graph.ts";
import { axesFault } from "./axesFault.ts";
import type { LayerDefinition } from "./definition.ts";
import { onlyInput } from "./shapePreserving.ts";

/** `alpha` has the input's shape, with 1 at the shared axes. */
export const prelu: LayerDefinition<PReLULayer> = {
  outputShape({ name, sharedAxes }, inputs) {
    const input = onlyInput(name, inputs);
    if (sharedAxes.length <= input.length && sharedAxes.every((axis, place) => axis === place + 1))
      return input;
    throw axesFault(name, sharedAxes, {
      rule: "PReLU shares its slopes along the first axes of an image",
      expected: `the first axes of ${formatShape(input)}, counted from 1 and in order`,
      remedy: "Share the axes 1 and 2 for one slope in each channel.",
    });
  },
  weights({ name, alphaInitializer, sharedAxes }, inputs) {
    const shape = onlyInput(name, inputs).map((side, axis) =>
      axis < sharedAxes.length ? 1 : side,
    );
    const initializer = { kind: "constant", value: alphaInitializer } as const;
    return [{ name: "alpha", shape, trainable: true, initializer }];
  },
  macTerms: () => [],
};
