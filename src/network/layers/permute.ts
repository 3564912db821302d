import type { PermuteLayer } from "../graph.ts";
import { axesFault } from "./axesFault.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";
import { mapInput } from "./window.ts";

export const permute: LayerDefinition<PermuteLayer> = {
  ...NO_WEIGHTS,
  outputShape({ name, dims }, inputs) {
    const map = mapInput(name, inputs);
    if (dims.toSorted().join() === "1,2,3") return dims.map((axis) => map[axis - 1] ?? 1);
    throw axesFault(name, dims, {
      rule: "a permutation names each axis once",
      expected: "1, 2 and 3 in any order",
      remedy: "Name each axis once.",
    });
  },
};
