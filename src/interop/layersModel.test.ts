import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../exec/reference/referenceExecutor.ts";
import { initialWeights } from "../spec/initialize.ts";
import { buildXception } from "../spec/networks/xception.ts";
import { oneMinute } from "../spec/recipes/oneMinute.ts";
import { executorOptions } from "../train/executorOptions.ts";
import { toLayersModelFiles } from "./layersModel.ts";

const settings = { ...oneMinute.settings, inputSize: 28, batchSize: 2, classes: 10 };
const graph = buildXception(settings);

describe("a layers model", () => {
  test("loads in stock TensorFlow.js and predicts what the executor predicts", async () => {
    const executor = createReferenceExecutor(executorOptions(settings, graph));
    const values = Float32Array.from({ length: 2 * 28 * 28 }, (_, index) => Math.sin(index));
    const batch = { kind: "prepared", values, labels: Uint8Array.of(3, 7), numImages: 2 } as const;
    await executor.trainStep(batch, 0.01);
    const { model, weightData } = toLayersModelFiles(graph, await executor.readWeights(), {});

    await tf.setBackend("cpu");
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: model.modelTopology,
        weightSpecs: model.weightsManifest.flatMap(({ weights }) => weights),
        weightData: weightData.buffer,
      }),
    );
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
