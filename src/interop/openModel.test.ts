/** Opens the files that real Keras wrote (`fixtures/make.py`), and those that this program writes itself. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { greatestOf } from "../core/numbers.ts";
import { createReferenceExecutor } from "../exec/reference/referenceExecutor.ts";
import { analyze } from "../network/analyze.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import { executorOptions } from "../train/engine/executorOptions.ts";
import type { ImportedModel } from "./importedModel.ts";
import { toLayersModelFiles } from "./layersModel.ts";
import { layersOf } from "./modelFault.ts";
import { createOnnxGraph } from "./onnx/onnxGraph.ts";
import { toOnnxModel } from "./onnx/onnxModel.ts";
import { type ModelFile, openModel, openModelOrWeights } from "./openModel.ts";
import { preparedInput } from "./preparedInput.ts";
import { fileOf } from "./testing/modelFiles.ts";
import {
  ACTIVATION_NETWORKS,
  ALL_NETWORKS,
  PLAIN_NETWORKS,
  trainedWeights,
} from "./testing/savedNetworks.ts";

const FIXTURES = fileURLToPath(new URL("fixtures/", import.meta.url));
const GOLDENS = readdirSync(FIXTURES)
  .filter((name) => /[.]keras\d[.]json$/.test(name))
  .map((name) => name.replace(/[.]json$/, ""));
const outputsSchema = v.object({ x: v.array(v.number()), y: v.array(v.number()) });
const goldenSchema = v.object({
  ...outputsSchema.entries,
  keras: v.string(),
  parameters: v.number(),
});

/**
 * The graph has weights of its own for each use of a layer (84, and twice 90) and for a rescaling of nine channels (18). The
 * seven numbers of the measured preparation are no weights of it.
 */
const OF_BRANCHES = 84 + 2 * 90 + 18 - 7;

function fixture(name: string): ModelFile {
  return fileOf(name, readFileSync(`${FIXTURES}${name}`));
}

/** Returns the outputs of two images. */
async function predictionsOf({ graph, weights, input }: ImportedModel, images: Float32Array) {
  const settings = { ...oneMinute.settings, batchSize: 2 };
  const executor = createReferenceExecutor(executorOptions(settings, graph));
  executor.writeWeights(weights ?? new Map());
  const values = preparedInput(input, images);
  return executor.predict({ kind: "prepared", values, labels: new Uint8Array(2), numImages: 2 });
}

function goldenOf(stem: string): unknown {
  return JSON.parse(readFileSync(`${FIXTURES}${stem}.json`, "utf8"));
}

async function expectOutputs(model: ImportedModel, { x, y }: v.InferOutput<typeof outputsSchema>) {
  const got = await predictionsOf(model, Float32Array.from(x));
  expect(got).toHaveLength(y.length);
  const off = y.map((value, at) => Math.abs(value - (got[at] ?? Number.NaN)));
  expect(greatestOf(off)).toBeLessThan(1e-5 * Math.max(1, greatestOf(y.map(Math.abs))));
}

describe("a model that Keras wrote", () => {
  test("is there in six networks of two versions", () => {
    expect(GOLDENS).toHaveLength(12);
  });

  const forms = [
    ["whole, in HDF5", (stem: string) => [fixture(`${stem}.h5`)]],
    ["as .keras", (stem: string) => [fixture(`${stem}.keras`)]],
    [
      "in two files",
      (stem: string) => [fixture(`${stem}.config.json`), fixture(`${stem}.weights.h5`)],
    ],
  ] as const;
  test.each(GOLDENS.flatMap((stem) => forms.map(([words, files]) => ({ stem, words, files }))))(
    "predicts what Keras predicts: $stem, $words",
    async ({ stem, files }) => {
      const golden = v.parse(goldenSchema, goldenOf(stem));
      const model = await openModel(files(stem));
      const added = stem.startsWith("branches") ? OF_BRANCHES : 0;
      expect(analyze(model.graph).params).toBe(golden.parameters + added);
      await expectOutputs(model, golden);
    },
  );

  test.each(["theano.first", "merge.first"])("of Keras 1 predicts the same: %s", async (stem) => {
    const golden = v.parse(outputsSchema, goldenOf(stem));
    await expectOutputs(await openModel([fixture(`${stem}.h5`)]), golden);
  });

  test("takes images of the size that is given where it leaves their sides open", async () => {
    const layers = [
      { class_name: "InputLayer", config: { name: "image", batch_shape: [null, null, null, 3] } },
      { class_name: "Conv2D", config: { name: "conv", filters: 4, kernel_size: [3, 3] } },
      { class_name: "GlobalMaxPooling2D", config: { name: "pool" } },
    ];
    const config = { class_name: "Sequential", config: { name: "open", layers } };
    const file = fileOf("config.json", new TextEncoder().encode(JSON.stringify(config)));
    const opened = await openModelOrWeights([file], { images: [20, 14, 3] });
    expect(opened).toMatchObject({ input: { shape: [20, 14, 3] } });
    const model = await openModel([file]);
    expect(model.input.shape).toEqual([96, 96, 3]);
    expect(model.notes).toEqual([
      "The file leaves the sides of images open. Here an image has 96 x 96 x 3 values.",
    ]);
  });
});

test("a Teachable Machine folder, written by TensorFlow.js: nested models, its labels, its predictions", async () => {
  const names = ["model.json", "weights.bin", "metadata.json"];
  const model = await openModel(names.map((name) => fixture(`teachable/${name}`)));
  expect(model).toMatchObject({ classes: ["Light", "Dark"], preparation: "symmetric" });
  expect(model.graph.layers.map(({ name }) => name)).toContain(
    "sequential_1/model1/expanded_conv_depthwise",
  );
  const json: unknown = JSON.parse(readFileSync(`${FIXTURES}teachable.golden.json`, "utf8"));
  const golden = v.parse(v.pick(goldenSchema, ["parameters", "y"]), json);
  expect(analyze(model.graph).params).toBe(golden.parameters);
  const images = Float32Array.from({ length: 2 * 32 * 32 * 3 }, (_, at) => Math.sin(at));
  const got = await predictionsOf(model, images);
  golden.y.forEach((value, at) => {
    expect(got[at]).toBeCloseTo(value, 5);
  });
});

describe("a network that this program wrote", () => {
  test.each(PLAIN_NETWORKS)("comes back equal from TensorFlow.js: $title", async ({ graph }) => {
    const weights = trainedWeights(graph);
    const { model, weightData } = toLayersModelFiles(graph, weights, { classes: ["a", "b"] });
    const text = new TextEncoder().encode(JSON.stringify(model));
    const back = await openModel([fileOf("model.json", text), fileOf("weights.bin", weightData)]);
    const withoutPlaces = graph.layers.map(({ place: _place, ...layer }) => layer);
    expect(back.graph).toEqual({ name: graph.name, layers: withoutPlaces });
    expect(back.weights).toEqual(weights);
    expect(back.classes).toEqual(["a", "b"]);
  });

  test("is read from ONNX with a gate that is not the newest layer when it is used", async () => {
    const onnx = createOnnxGraph();
    const map = onnx.node("Transpose", ["images"], "map", { perm: [0, 3, 1, 2] });
    const gate = onnx.node("Sigmoid", [map], "gate");
    const other = onnx.node("Relu", [map], "other");
    const gated = onnx.node("Mul", [map, gate], "gated");
    onnx.node("Add", [gated, other], "output");
    const end = { shape: [4, 4, 2], description: "" };
    const bytes = onnx.finish({
      ...{ name: "gates", description: "", metadata: {} },
      ...{ input: { ...end, name: "images" }, output: { ...end, name: "output" } },
    });
    const { graph } = await openModel([fileOf("model.onnx", bytes)]);
    expect(graph.layers.map(({ name, type }) => [name, type])).toEqual([
      ["images", "InputLayer"],
      ["gated", "Activation"],
      ["other", "Activation"],
      ["output", "Add"],
    ]);
    expect(graph.layers[1]).toMatchObject({ activation: "silu" });
  });

  test.each([...ALL_NETWORKS, ...ACTIVATION_NETWORKS])(
    "predicts the same from ONNX: $title",
    async ({ graph }) => {
      const weights = trainedWeights(graph);
      const bytes = toOnnxModel(graph, weights, { preparation: "None.", metadata: {} });
      const back = await openModel([fileOf("model.onnx", bytes)]);
      expect(analyze(back.graph).macs).toBe(analyze(graph).macs);
      const input = { shape: back.input.shape, channelsFirst: false, scale: [1], offset: [0] };
      const size = back.input.shape.reduce((product, side) => product * side, 2);
      const images = Float32Array.from({ length: size }, (_, at) => Math.sin(at));
      const original = { ...back, graph, weights, input };
      const [wanted, got] = [
        await predictionsOf(original, images),
        await predictionsOf(back, images),
      ];
      const off = [...wanted].map((value, at) => Math.abs(value - (got[at] ?? Number.NaN)));
      expect(greatestOf(off)).toBeLessThan(
        1e-5 * Math.max(1, greatestOf([...wanted].map(Math.abs))),
      );
    },
  );
});

describe("what is no such model is refused with its place", () => {
  const refusal = (rule: RegExp, where?: string) =>
    expect.objectContaining({
      code: "file.invalid",
      message: expect.stringMatching(rule),
      ...(where !== undefined && { context: expect.objectContaining({ where }) }),
    });
  const json = (value: unknown) =>
    fileOf("model.json", new TextEncoder().encode(JSON.stringify(value)));

  test("weights without layers, and layers without weights", async () => {
    await expect(openModel([fixture("nested.keras2.weights.h5")])).rejects.toThrow(
      refusal(/weights and no description/),
    );
    expect((await openModel([fixture("nested.keras3.config.json")])).weights).toBeUndefined();
  });

  test("a file cut short, at its head and in its middle", async () => {
    const whole = readFileSync(`${FIXTURES}nested.keras3.h5`);
    for (const length of [600, 4096, 20_000]) {
      const cut = fileOf("nested.h5", whole.subarray(0, length));
      await expect(openModel([cut])).rejects.toThrow(refusal(/damaged or cut short/, "nested.h5"));
    }
  });

  test("weights of another model", async () => {
    const files = [fixture("nested.keras3.config.json"), fixture("shapes.keras3.weights.h5")];
    await expect(openModel(files)).rejects.toThrow(refusal(/weights/));
  });

  test("a graph model, a class of somebody's own, a circle, an absurd shape", async () => {
    await expect(
      openModel([json({ format: "graph-model", modelTopology: { node: [] } })]),
    ).rejects.toThrow(refusal(/graph model/));
    await expect(openModel([json({ class_name: "MyModel", config: {} })])).rejects.toThrow(
      refusal(/class of its own/),
    );
    const layer = (name: string, from: string) => ({
      ...{ name, class_name: "Activation", config: { name, activation: "relu" } },
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    const input = (shape: readonly unknown[]) => ({
      ...{ name: "in", class_name: "InputLayer", inbound_nodes: [] },
      config: { name: "in", batch_input_shape: shape },
    });
    const model = (layers: readonly unknown[], output: string) =>
      json({
        class_name: "Functional",
        config: {
          name: "m",
          layers,
          input_layers: [["in", 0, 0]],
          output_layers: [[output, 0, 0]],
        },
      });
    await expect(
      openModel([model([input([null, 4]), layer("a", "b"), layer("b", "a")], "a")]),
    ).rejects.toThrow(refusal(/in a circle/));
    await expect(
      openModel([model([input([null, null, 4]), layer("a", "in")], "a")]),
    ).rejects.toThrow(refusal(/fixed size/));
  });

  test("a Lambda, which is never run", async () => {
    const config = {
      class_name: "Sequential",
      config: [{ class_name: "Lambda", config: { name: "l", batch_input_shape: [null, 4] } }],
    };
    await expect(openModel([json(config)])).rejects.toThrow(
      refusal(/never run/, "model.json, layer l"),
    );
  });

  test("layers that are not computed here, all of them by name beside the others", async () => {
    const layer = (class_name: string, name: string, config = {}) => ({
      class_name,
      config: { name, ...config },
    });
    const model = json({
      class_name: "Sequential",
      config: [
        layer("Dense", "first", { units: 4, batch_input_shape: [null, 6] }),
        layer("LSTM", "memory", { units: 3 }),
        layer("Dense", "second", { units: 3 }),
        layer("Lambda", "own"),
      ],
    });
    const error: unknown = await openModel([model]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^model[.]json, layer memory: /),
    });
    expect(layersOf(error)?.map(({ name, shape, reason }) => [name, shape, reason])).toEqual([
      ["input", [6], undefined],
      ["first", [4], undefined],
      ["memory", undefined, "layers of this class are not computed here; got LSTM"],
      ["second", undefined, undefined],
      ["own", undefined, "its program is stored in the file and is never run; got Lambda"],
    ]);
  });

  test("pictures, PyTorch files and nothing at all", async () => {
    await expect(openModel([])).rejects.toThrow(refusal(/no model in what was chosen/));
    await expect(openModel([fileOf("net.pth", new Uint8Array([1, 2, 3]))])).rejects.toThrow(
      refusal(/PyTorch/),
    );
  });
});
