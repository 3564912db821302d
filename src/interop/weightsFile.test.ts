/** Weights in the layout of Keras Applications' files, of a narrow network. `npm run test:python` does the same with real Keras. */
import { describe, expect, test } from "vitest";
import { buildNetwork } from "../network/networks/registry.ts";
import { networkWeights } from "../network/networkWeights.ts";
import { recipeById } from "../settings/recipes/registry.ts";
import type { Settings } from "../settings/settings.ts";
import type { WeightsFile } from "./importedModel.ts";
import { toKerasWeights } from "./keras/kerasFiles.ts";
import { toHdf5 } from "./keras/writeHdf5.ts";
import { openModel, openModelOrWeights } from "./openModel.ts";
import { fileOf } from "./testing/modelFiles.ts";
import { officialLayout } from "./testing/officialLayout.ts";
import { trainedWeights } from "./testing/savedNetworks.ts";
import { settingsForWeights, weightsInto, weightsOfModel } from "./weightsFile.ts";

const { settings: PAPER } = recipeById("paper");
const NARROW: Settings = { ...PAPER, width: 0.125, classes: 20 };
const GRAPH = buildNetwork(NARROW);
const WEIGHTS = trainedWeights(GRAPH);

async function opened(bytes: Uint8Array): Promise<WeightsFile> {
  const file = await openModelOrWeights([fileOf("weights.h5", bytes)]);
  if ("graph" in file) throw new Error("a model was read");
  return file;
}

describe("weights in the layout of the official Xception", () => {
  test("go into the paper's network by name, the unnamed shortcuts by order", async () => {
    const file = await opened(await officialLayout(GRAPH, WEIGHTS));
    expect(file).toMatchObject({ origin: "Keras 2.0.4 (weights in HDF5)", isCounted: false });
    const settings = settingsForWeights(file, { ...PAPER, classes: 20 });
    expect(settings).toEqual({ ...NARROW, preparation: "symmetric", base: "chosen" });
    const { weights, match } = weightsInto(file, buildNetwork(settings), "weights.h5");
    expect(weights).toEqual(WEIGHTS);
    expect(match.fresh).toEqual([]);
  });

  test("go into the transfer recipe with a new head, with as many blocks as in the file", async () => {
    const file = await opened(await officialLayout(GRAPH, WEIGHTS));
    const { settings: recipe } = recipeById("transfer");
    const settings = settingsForWeights(file, recipe);
    expect(settings).toMatchObject({ middleRepeats: 8, base: "chosen", frozenLayers: 40 });
    const { weights, match } = weightsInto(file, buildNetwork(settings), "weights.h5");
    expect(match.fresh).toEqual([{ layer: "predictions", reason: "256x20 instead of 256x4" }]);
    expect(weights.get("block12_sepconv3/pointwise_kernel")).toEqual(
      WEIGHTS.get("block12_sepconv3/pointwise_kernel"),
    );
  });

  test("may lack the head", async () => {
    const file = await opened(await officialLayout(GRAPH, WEIGHTS, ["predictions"]));
    const { weights, match } = weightsInto(file, GRAPH, "weights.h5");
    expect(weights.size).toBe(WEIGHTS.size - 2);
    expect(match.fresh).toEqual([{ layer: "predictions", reason: "no weight of this name" }]);
  });

  test("that do not fit are refused with the layer, the shape it needs and that of the file", async () => {
    const file = await opened(await officialLayout(GRAPH, WEIGHTS));
    const wider = buildNetwork({ ...NARROW, width: 0.25 });
    expect(() => weightsInto(file, wider, "weights.h5")).toThrow(
      "weights.h5, layer block1_conv2: the weights of the file do not fit this layer of the network; expected 3x3x8x16, got 3x3x8x8.",
    );
    const deeper = buildNetwork({ ...NARROW, middleRepeats: 9 });
    expect(() => weightsInto(file, deeper, "weights.h5")).toThrow(/layer block13_sepconv2/);
    const biased = buildNetwork({ ...NARROW, bias: true });
    expect(() => weightsInto(file, biased, "weights.h5")).toThrow(
      /layer block1_conv1: .* expected 3x3x3x8, 8, got 3x3x3x8[.]/,
    );
  });
});

test("weights that Keras 3 counts by class go into the network in its order", async () => {
  const network = { graph: GRAPH, weights: WEIGHTS, settings: NARROW, optimizer: undefined };
  const metadata = { settings: { preparation: "unit" }, classes: ["a", "b"] };
  const file = await opened(await toKerasWeights({ ...network, metadata }));
  expect(file).toMatchObject({ isCounted: true, preparation: "unit", classes: ["a", "b"] });
  expect(settingsForWeights(file, { ...PAPER, classes: 20 })).toEqual({
    ...NARROW,
    ...{ preparation: "unit", base: "chosen" },
  });
  expect(weightsInto(file, GRAPH, "weights.h5").weights).toEqual(WEIGHTS);
});

test("weights of an opened model go into another network of its layers", () => {
  const input = { shape: [1], channelsFirst: false, scale: [1], offset: [0] };
  const facts = { origin: "Keras", classes: undefined, preparation: undefined, notes: [] };
  const file = weightsOfModel({ graph: GRAPH, weights: WEIGHTS, input, ...facts });
  const other = buildNetwork({ ...NARROW, classes: 3, inputSize: 71 });
  const { weights } = weightsInto(file, other, "model.keras");
  expect(weights).toEqual(WEIGHTS);
  expect(networkWeights(other)).toHaveLength(weights.size);
});

describe("weights alone", () => {
  test("are no model, and the message says what to do with them", async () => {
    const bytes = await officialLayout(GRAPH, WEIGHTS);
    await expect(openModel([fileOf("weights.h5", bytes)])).rejects.toThrow(
      /no description of the layers.* --weights/,
    );
  });

  test("that are not finite are refused", async () => {
    const spoilt = new Map(WEIGHTS);
    const values = WEIGHTS.get("block1_conv1/kernel") ?? new Float32Array();
    spoilt.set("block1_conv1/kernel", values.with(3, Number.NaN));
    await expect(opened(await officialLayout(GRAPH, spoilt))).rejects.toThrow(/NaN at place 3/);
  });

  test("are refused in an HDF5 file of something else", async () => {
    const bytes = await toHdf5({ attributes: { title: "measurements" } });
    await expect(opened(bytes)).rejects.toThrow(/neither a model nor weights that Keras saved/);
  });
});
