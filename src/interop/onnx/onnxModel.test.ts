import { fromBinary } from "@bufbuild/protobuf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { greatestOf } from "../../core/numbers.ts";
import { createReferenceExecutor } from "../../exec/reference/referenceExecutor.ts";
import { LAYER_TYPES } from "../../network/layers/registry.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { executorOptions } from "../../train/engine/executorOptions.ts";
import {
  ACTIVATION_NETWORKS,
  ALL_NETWORKS,
  someImages,
  trainedWeights,
} from "../testing/savedNetworks.ts";
import { ModelProtoSchema } from "./onnxMessages.ts";
import { toOnnxModel } from "./onnxModel.ts";

const DETAILS = { preparation: "Standardised.", metadata: { recipe: "one-minute", seed: "1" } };
const NUM_IMAGES = 2;

async function runOnnx(file: Uint8Array, values: Float32Array, shape: readonly number[]) {
  const session = await InferenceSession.create(file);
  const { output } = await session.run({ images: new Tensor("float32", values, shape) });
  if (output === undefined) throw new Error("there is no output of this name");
  return output;
}

describe("an ONNX model", () => {
  test("is tried with every layer type", () => {
    const types = ALL_NETWORKS.flatMap(({ graph }) => graph.layers.map(({ type }) => type));
    expect(LAYER_TYPES.filter((type) => !types.includes(type))).toEqual([]);
  });

  test.each([...ALL_NETWORKS, ...ACTIVATION_NETWORKS])(
    "predicts in onnxruntime what the reference predicts: $title",
    async ({ graph }) => {
      const weights = trainedWeights(graph);
      const { values, shape } = someImages(graph, NUM_IMAGES);
      const executor = createReferenceExecutor(
        executorOptions({ ...oneMinute.settings, batchSize: NUM_IMAGES }, graph),
      );
      executor.writeWeights(weights);
      const wanted = await executor.predict({
        kind: "prepared",
        values,
        labels: new Uint8Array(NUM_IMAGES),
        numImages: NUM_IMAGES,
      });
      const output = await runOnnx(toOnnxModel(graph, weights, DETAILS), values, shape);
      expect(output.dims).toEqual([NUM_IMAGES, wanted.length / NUM_IMAGES]);
      const got = Array.from(output.data, Number);
      const largest = Math.max(1, greatestOf(wanted.map(Math.abs)));
      wanted.forEach((value, index) => {
        expect(Math.abs((got[index] ?? Number.NaN) - value) / largest).toBeLessThan(1e-4);
      });
      expect(new Set(wanted).size, "the network tells its classes apart").toBeGreaterThan(
        NUM_IMAGES,
      );
    },
  );

  test("gives a map in the order of Keras, where the network ends with one", async () => {
    const graph = buildNetwork({
      ...recipeById("two-layers-separable").settings,
      inputSize: 20,
    });
    const { values, shape } = someImages(graph, 1);
    const file = toOnnxModel(graph, trainedWeights(graph), DETAILS);
    expect((await runOnnx(file, values, shape)).dims).toEqual([1, 16, 16, 64]);
  });

  test("says where it comes from, what goes in, and the shapes on the way", () => {
    const [{ graph }] = ALL_NETWORKS as readonly [(typeof ALL_NETWORKS)[number]];
    const model = fromBinary(ModelProtoSchema, toOnnxModel(graph, trainedWeights(graph), DETAILS));
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([
      ["recipe", "one-minute"],
      ["seed", "1"],
    ]);
    expect(model.graph?.input[0]?.docString).toBe("[N, H, W, C]. Standardised.");
    const shape = (name: string) =>
      model.graph?.valueInfo
        .find((value) => value.name === name)
        ?.type?.value.value?.shape?.dim.map(({ value }) => value.value);
    expect(shape("block2_sepconv1")).toEqual(["batch", 16n, 14n, 14n]);
  });

  test("is refused without one of its weights, by the weight's path", () => {
    const [{ graph }] = ALL_NETWORKS as readonly [(typeof ALL_NETWORKS)[number]];
    const weights = new Map(trainedWeights(graph));
    weights.delete("predictions/kernel");
    expect(() => toOnnxModel(graph, weights, DETAILS)).toThrow(
      expect.objectContaining({
        code: "network.shape-mismatch",
        context: expect.objectContaining({ path: "predictions/kernel" }),
      }),
    );
  });
});
