import { describe, expect, test } from "vitest";
import { transfer } from "../settings/recipes/transfer.ts";
import { analyze } from "./analyze.ts";
import { frozenThrough, layerNumbers, requireTrainedParams } from "./freezing.ts";
import { frozenNames, trainedParams } from "./frozen.ts";
import { inKerasOrder } from "./kerasOrder.ts";
import { buildNetwork } from "./networks/registry.ts";

const graph = buildNetwork(transfer.settings);
const analysis = analyze(graph);

describe("frozen layers", () => {
  test("are found by number, by name and by block", () => {
    expect(layerNumbers(graph).get("block5_sepconv2_act")).toBe(40);
    expect(frozenThrough(graph, "block5_sepconv2_act")).toBe(40);
    const throughBlock = frozenThrough(graph, "block4");
    expect(inKerasOrder(graph)[throughBlock - 1]?.name).toBe("block4_add");
    expect(() => frozenThrough(graph, "block44")).toThrow(
      /^Frozen layers: xception has no layer of this name; expected a layer such as block4_.*, got block44/,
    );
  });

  test("include all that they read from, wherever the number cuts", () => {
    for (let count = 0; count <= graph.layers.length; count += 1) {
      const frozen = frozenNames(graph, count);
      expect(frozen.size).toBe(count);
      for (const { name, inputs } of graph.layers)
        if (frozen.has(name)) expect(inputs.every((input) => frozen.has(input))).toBe(true);
    }
  });

  test("do not count among the trained parameters", () => {
    expect(trainedParams(analysis, 0)).toBe(analysis.trainableParams);
    // The dense layer alone: 256 x 4 weights and 4 biases.
    expect(trainedParams(analysis, graph.layers.length - 1)).toBe(1028);
  });

  test("must not be all of them", () => {
    const last = graph.layers.length - 1;
    expect(() => requireTrainedParams(analysis, last)).not.toThrow();
    expect(() => requireTrainedParams(analysis, last + 1)).toThrow(
      `Frozen layers: no layer with weights is left to train; expected at most ${last} of ${last + 1} layers, got ${last + 1}. Freeze fewer layers.`,
    );
  });
});
