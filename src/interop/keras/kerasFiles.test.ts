import { describe, expect, test } from "vitest";
import type { Layer, LayerGraph } from "../../network/graph.ts";
import { inKerasOrder } from "../../network/kerasOrder.ts";
import { paperSettings } from "../../settings/recipes/paper.ts";
import { openModel } from "../openModel.ts";
import { fileOf } from "../testing/modelFiles.ts";
import { ACTIVATION_NETWORKS, ALL_NETWORKS, trainedWeights } from "../testing/savedNetworks.ts";
import { zipFiles } from "../zipFiles.ts";
import { type KerasNetwork, toKerasArchive, toKerasHdf5, toKerasWeights } from "./kerasFiles.ts";
import { configLack } from "./layerConfigs.ts";

const METADATA = { classes: ["cup", "pen"], seed: 7 };

function network(graph: LayerGraph): KerasNetwork {
  const weights = trainedWeights(graph);
  return { graph, weights, settings: paperSettings, optimizer: undefined, metadata: METADATA };
}

/** Files do not say where a layer stands in pictures, and list layers in Keras' order. */
function plain(graph: LayerGraph): readonly Omit<Layer, "place">[] {
  return inKerasOrder(graph).map(({ place: _place, ...layer }) => layer);
}

/** Comparing the arrays element by element takes seconds for a million weights. */
function expectSameBits(
  got: ReadonlyMap<string, Float32Array> | undefined,
  expected: ReadonlyMap<string, Float32Array>,
): void {
  expect(new Set(got?.keys())).toEqual(new Set(expected.keys()));
  for (const [path, values] of expected)
    expect(Buffer.compare(bytesOf(got?.get(path)), bytesOf(values)), path).toBe(0);
}

function bytesOf(values: Float32Array = new Float32Array()): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

describe.each([...ALL_NETWORKS, ...ACTIVATION_NETWORKS])("$title", ({ graph }) => {
  test("comes back from .keras as it was, or is refused by the layer's name", async () => {
    const archive = () => toKerasArchive(network(graph));
    const lack = configLack(graph, "keras3");
    if (lack !== null) {
      await expect(archive).rejects.toThrow(lack.slice(0, lack.indexOf(":")));
      return;
    }
    const bytes = await zipFiles(Object.entries(await archive()));
    const opened = await openModel([fileOf("model.keras", bytes)]);
    expect(opened.graph.layers).toEqual(plain(graph));
    expectSameBits(opened.weights, trainedWeights(graph));
    expect(opened.classes).toEqual(METADATA.classes);
  });

  test("comes back from .h5 as it was, or is refused by the layer's name", async () => {
    const file = () => toKerasHdf5(network(graph));
    const lack = configLack(graph, "keras2");
    if (lack !== null) {
      await expect(file).rejects.toThrow(lack.slice(0, lack.indexOf(":")));
      return;
    }
    const opened = await openModel([fileOf("model.h5", await file())]);
    expect(opened.graph.layers).toEqual(plain(graph));
    expectSameBits(opened.weights, trainedWeights(graph));
    expect(opened.classes).toEqual(METADATA.classes);
  });
});

test("weights alone come back with the configuration of the same network", async () => {
  const [saved] = ALL_NETWORKS;
  if (saved === undefined) throw new Error("there is no network");
  const { graph } = saved;
  const archive = await toKerasArchive(network(graph));
  const opened = await openModel([
    fileOf("config.json", new TextEncoder().encode(archive["config.json"])),
    fileOf("trained.weights.h5", await toKerasWeights(network(graph))),
  ]);
  expectSameBits(opened.weights, trainedWeights(graph));
  expect(opened.graph.layers).toEqual(plain(graph));
});

test("rates and momentums are floats, as Keras demands, also where they are whole", async () => {
  const [saved] = ALL_NETWORKS;
  if (saved === undefined) throw new Error("there is no network");
  const whole = network(saved.graph);
  const settings = { ...whole.settings, optimizer: "sgd", learningRate: 1, momentum: 0 } as const;
  const { "config.json": text } = await toKerasArchive({ ...whole, settings });
  expect(text).toContain('"learning_rate":1.0,"momentum":0.0,');
});

test("paths become names without slashes", async () => {
  const [saved] = ALL_NETWORKS;
  const layers = (saved?.graph.layers ?? []).map((layer) => ({
    ...layer,
    name: `in/${layer.name}`,
    inputs: layer.inputs.map((input) => `in/${input}`),
  }));
  const file = await toKerasHdf5(network({ name: "a/b", layers }));
  const opened = await openModel([fileOf("model.h5", file)]);
  expect(opened.graph.layers[0]?.name).toBe("in_input");
  expect(opened.weights?.get("in_predictions/bias")).toEqual(
    trainedWeights({ name: "a/b", layers }).get("in/predictions/bias"),
  );
});
