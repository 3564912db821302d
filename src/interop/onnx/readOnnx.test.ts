/** Opens the files that PyTorch's and TensorFlow's exporters wrote (`../fixtures/makeOnnx.py`), and sends them on. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { greatestOf } from "../../core/numbers.ts";
import { createReferenceExecutor } from "../../exec/reference/referenceExecutor.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { executorOptions } from "../../train/engine/executorOptions.ts";
import type { ImportedModel } from "../importedModel.ts";
import { toKerasArchive, toKerasHdf5 } from "../keras/kerasFiles.ts";
import { configLack } from "../keras/layerConfigs.ts";
import { toLayersModelFiles } from "../layersModel.ts";
import { openModel } from "../openModel.ts";
import { preparedInput } from "../preparedInput.ts";
import { fileOf } from "../testing/modelFiles.ts";
import { zipFiles } from "../zipFiles.ts";
import { toOnnxModel } from "./onnxModel.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));
const NAMES = readdirSync(FIXTURES).filter((name) => name.endsWith(".onnx"));
const goldenSchema = v.object({ x: v.array(v.number()), y: v.array(v.number()) });
const NUM_IMAGES = 2;

function fixture(name: string) {
  return fileOf(name, readFileSync(`${FIXTURES}${name}`));
}

function opened(name: string): Promise<ImportedModel> {
  const weights = `${name}.data`;
  const beside = existsSync(`${FIXTURES}${weights}`) ? [fixture(weights)] : [];
  return openModel([fixture(name), ...beside]);
}

function golden(name: string) {
  return v.parse(goldenSchema, JSON.parse(readFileSync(`${FIXTURES}${name}.json`, "utf8")));
}

function executorOf({ graph, weights }: Pick<ImportedModel, "graph" | "weights">) {
  const settings = { ...oneMinute.settings, batchSize: NUM_IMAGES, frozenLayers: 0 };
  const executor = createReferenceExecutor(executorOptions(settings, graph));
  executor.writeWeights(weights ?? new Map());
  return executor;
}

function batchOf({ input }: ImportedModel, x: readonly number[]) {
  const values = preparedInput(input, Float32Array.from(x));
  const labels = new Uint8Array(NUM_IMAGES);
  return { kind: "prepared", values, labels, numImages: NUM_IMAGES } as const;
}

/** The largest difference, relative to the largest value from 1 on; infinite for another number of values. */
function distance(got: Float32Array, wanted: ArrayLike<number>): number {
  if (got.length !== wanted.length) return Number.POSITIVE_INFINITY;
  const off = Array.from(wanted, (value, at) => Math.abs(value - (got[at] ?? Number.NaN)));
  return greatestOf(off) / Math.max(1, greatestOf(Array.from(wanted, Math.abs)));
}

describe.each(NAMES)("%s", (name) => {
  test("predicts what onnxruntime predicts", async () => {
    const { x, y } = golden(name);
    const model = await opened(name);
    const got = await executorOf(model).predict(batchOf(model, x));
    expect(distance(got, y)).toBeLessThan(1e-5);
  });
});

describe.each(["gated.keras13.onnx", "shuffled.torch17.onnx", "mixed.torch13.onnx"])(
  "%s, trained on",
  (name) => {
    test("predicts the same after .keras, .h5, TensorFlow.js and ONNX", async () => {
      const model = await opened(name);
      const executor = executorOf(model);
      const batch = batchOf(model, golden(name).x);
      await executor.trainStep(batch, 0.01);
      const weights = await executor.readWeights();
      const wanted = await executor.predict(batch);
      const { graph } = model;
      const network = {
        ...{ graph, weights, settings: oneMinute.settings, optimizer: undefined, metadata: {} },
      };
      const archive = await zipFiles(Object.entries(await toKerasArchive(network)));
      const details = { preparation: "None.", metadata: {} };
      const files = [
        [fileOf("model.keras", archive)],
        [fileOf("model.onnx", toOnnxModel(graph, weights, details))],
      ];
      // Older formats lack some layers, which they refuse by name.
      if (configLack(graph, "keras2") === null)
        files.push([fileOf("model.h5", await toKerasHdf5(network))]);
      if (configLack(graph, "tfjs") === null) {
        const { model: json, weightData } = toLayersModelFiles(graph, weights, {});
        const text = new TextEncoder().encode(JSON.stringify(json));
        files.push([fileOf("model.json", text), fileOf("weights.bin", weightData)]);
      }
      for (const file of files) {
        const back = await openModel(file);
        const got = await executorOf(back).predict(batch);
        expect(distance(got, wanted)).toBeLessThan(1e-5);
      }
    });
  },
);

test("weights in another file are asked for by its name", async () => {
  await expect(openModel([fixture("vector.torch18.onnx")])).rejects.toThrow(
    expect.objectContaining({
      code: "file.invalid",
      message: expect.stringContaining("vector.torch18.onnx.data"),
    }),
  );
});

test("a vector that becomes an image is an input of images", async () => {
  const { input } = await opened("vector.torch18.onnx");
  expect(input).toMatchObject({ shape: [2, 3, 4], channelsFirst: true });
});
