import { describe, expect, test } from "vitest";
import { transfer } from "../settings/recipes/transfer.ts";
import type { Settings } from "../settings/settings.ts";
import { BASES, requireBaseFits } from "./bases.ts";
import type { Layer } from "./graph.ts";
import { inKerasOrder } from "./kerasOrder.ts";
import { buildNetwork } from "./networks/registry.ts";

const base = BASES["fashion-mnist"];
const fits = (changes: Partial<Settings>) => () =>
  requireBaseFits(base, { ...transfer.settings, ...changes });

describe("a base", () => {
  test("fits the network of the recipe for transfer learning, at any size and with any head", () => {
    expect(fits({})).not.toThrow();
    expect(fits({ inputSize: 150, classes: 7, head: "linear" })).not.toThrow();
    expect(fits({ batchNormMomentum: 0.5 })).not.toThrow();
  });

  test.each([
    [{ width: 0.5 }, "block1_conv1"],
    [{ inputChannels: 1 }, "input"],
    [{ stemPadding: "same" }, "block1_conv1"],
    [{ reluFirst: true }, "block2_sepconv1_act"],
    [{ residualBatchNorm: false }, "block2_add"],
    [{ middleRepeats: 2 }, "block6_sepconv2"],
    [{ convolution: "ordinary" }, "block2_sepconv1"],
    [{ finalRelu: false }, "avg_pool"],
  ] as const)(
    "refuses a network with %o, naming the first layer that differs",
    (changes, layer) => {
      expect(fits(changes)).toThrowError(
        expect.objectContaining({
          code: "setting.invalid",
          context: expect.objectContaining({ setting: "base", layer }),
        }),
      );
    },
  );

  test("says what differs in the layer", () => {
    expect(fits({ stemPadding: "same" })).toThrowError(/expected padding valid, got padding same/);
  });
});

test("the 40 frozen layers of the recipe are Keras' first 40, through block5_sepconv2_act, as R3 says", () => {
  const graph = buildNetwork(transfer.settings);
  const firstOf = (layers: readonly Layer[]) =>
    layers.slice(0, transfer.settings.frozenLayers).map(({ name }) => name);
  expect(firstOf(graph.layers).at(-1)).toBe("block5_sepconv2_act");
  expect(firstOf(graph.layers).toSorted()).toEqual(firstOf(inKerasOrder(graph)).toSorted());
});
