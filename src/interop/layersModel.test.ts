import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../exec/reference/referenceExecutor.ts";
import { initialWeights } from "../network/initialize.ts";
import { buildEveryOperation } from "../network/networks/everyOperation.ts";
import { buildXception } from "../network/networks/xception.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import { executorOptions } from "../train/engine/executorOptions.ts";
import { configLack } from "./keras/layerConfigs.ts";
import { type LayersModelFiles, toLayersModelFiles } from "./layersModel.ts";
import {
  ACTIVATION_NETWORKS,
  activationNetwork,
  PLAIN_NETWORKS,
  someImages,
  trainedWeights,
} from "./testing/savedNetworks.ts";

const settings = { ...oneMinute.settings, inputSize: 28, batchSize: 2, classes: 10 };
const graph = buildXception(settings);
/** The activations that TensorFlow.js knows by a name. */
const PLAIN_NAMES = [
  "relu",
  "elu",
  "silu",
  "sigmoid",
  "tanh",
  "gelu",
  "hard_sigmoid_keras2",
  "selu",
  "softplus",
  "relu6",
  "mish",
  "softsign",
];
const PLAIN_RELU = { name: "ReLU", maxValue: 0.6, negativeSlope: 0, threshold: 0 } as const;

async function load(files: LayersModelFiles): Promise<tf.LayersModel> {
  await tf.setBackend("cpu");
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: files.model.modelTopology,
      weightSpecs: files.model.weightsManifest.flatMap(({ weights }) => weights),
      weightData: files.weightData.buffer,
    }),
  );
}

/** Activations that are layers of their own in TensorFlow.js have no name inside a convolution. */
const ACTIVATION_LAYERS = [...ACTIVATION_NETWORKS, activationNetwork(PLAIN_RELU)].map(
  ({ title, graph: { name, layers } }) => {
    const alone = layers.map((layer) =>
      layer.type === "Conv2D" ? { ...layer, activation: "linear" as const } : layer,
    );
    return { title: `${title}, as a layer`, graph: { name, layers: alone } };
  },
);
const READABLE = [...ACTIVATION_NETWORKS, ...ACTIVATION_LAYERS].filter(
  ({ graph: saved }) => configLack(saved, "tfjs") === null,
);

describe("a layers model", () => {
  test("is readable by stock TensorFlow.js with these activations", () => {
    expect(READABLE.map(({ title }) => title.replace("the activation ", ""))).toEqual([
      ...PLAIN_NAMES,
      ...PLAIN_NAMES.toSpliced(3, 0, "LeakyReLU").map((name) => `${name}, as a layer`),
      "ReLU, as a layer",
    ]);
  });

  test.each([...PLAIN_NETWORKS, ...READABLE])(
    "predicts in stock TensorFlow.js what the reference predicts: $title",
    async ({ graph: saved }) => {
      const weights = trainedWeights(saved);
      const { values, shape } = someImages(saved, 2);
      const executor = createReferenceExecutor(executorOptions(settings, saved));
      executor.writeWeights(weights);
      const batch = { kind: "prepared", values, labels: new Uint8Array(2), numImages: 2 } as const;
      const wanted = await executor.predict(batch);
      const loaded = await load(toLayersModelFiles(saved, weights, {}));
      const output = loaded.predict(tf.tensor(values, [...shape]));
      const got = output instanceof tf.Tensor ? await output.data() : [];
      expect(configLack(saved, "tfjs")).toBeNull();
      expect(got).toHaveLength(wanted.length);
      wanted.forEach((value, index) => {
        expect(got[index]).toBeCloseTo(value, 4);
      });
    },
  );

  test("names the layer that TensorFlow.js cannot say", () => {
    const symmetric = buildXception({ ...settings, poolPadding: "symmetric" });
    expect(configLack(symmetric, "tfjs")).toMatch(/^block2_pool: .*symmetric/);
    expect(configLack(buildEveryOperation(), "tfjs")).toMatch(/^grouped: .*groups/);
  });

  test("loads in stock TensorFlow.js and predicts what the executor predicts", async () => {
    const executor = createReferenceExecutor(executorOptions(settings, graph));
    const values = Float32Array.from({ length: 2 * 28 * 28 }, (_, index) => Math.sin(index));
    const batch = { kind: "prepared", values, labels: Uint8Array.of(3, 7), numImages: 2 } as const;
    await executor.trainStep(batch, 0.01);
    const { model, weightData } = toLayersModelFiles(graph, await executor.readWeights(), {});

    const loaded = await load({ model, weightData });
    const output = loaded.predict(tf.tensor4d(values, [2, 28, 28, 1]));
    const got = output instanceof tf.Tensor ? await output.data() : [];
    const wanted = await executor.predict(batch);
    expect(got).toHaveLength(wanted.length);
    wanted.forEach((value, index) => {
      expect(got[index]).toBeCloseTo(value, 4);
    });
  });

  test("keeps what is told about it", () => {
    const metadata = { recipe: "one-minute", settings };
    const { model } = toLayersModelFiles(graph, initialWeights(graph, 1), metadata);
    expect(JSON.parse(JSON.stringify(model)).userDefinedMetadata).toEqual(metadata);
  });

  test("is refused without one of its weights, by the weight's path", () => {
    const weights = new Map(initialWeights(graph, 1));
    weights.delete("predictions/kernel");
    expect(() => toLayersModelFiles(graph, weights, {})).toThrow(
      expect.objectContaining({
        code: "network.shape-mismatch",
        context: expect.objectContaining({ path: "predictions/kernel" }),
      }),
    );
  });
});
