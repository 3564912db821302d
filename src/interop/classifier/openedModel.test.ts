import { describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../../exec/reference/referenceExecutor.ts";
import type { Activation, Layer, LayerGraph } from "../../network/graph.ts";
import { initialWeights } from "../../network/initialize.ts";
import { nameOf } from "../../network/networks/opened.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { inOrder, judgeTrials } from "../../store/model/trial.ts";
import { executorOptions } from "../../train/engine/executorOptions.ts";
import type { ImportedModel } from "../importedModel.ts";
import { openedModel, settingsOf } from "./openedModel.ts";

const dense = (units: number, activation: Activation): Layer => ({
  ...{ type: "Dense", name: "classes", inputs: ["flatten"], units, activation, useBias: true },
});

function imported(
  last: Layer,
  changes: Partial<ImportedModel> = {},
  shape: readonly [number, number, number] = [2, 2, 1],
): ImportedModel {
  const graph: LayerGraph = {
    name: "model",
    layers: [
      { type: "InputLayer", name: "input", inputs: [], shape },
      { type: "Flatten", name: "flatten", inputs: ["input"] },
      last,
    ],
  };
  return {
    ...{ origin: "Keras", graph, weights: initialWeights(graph, 3), notes: [] },
    ...{ classes: undefined, preparation: undefined },
    input: { shape: [...shape], channelsFirst: false, scale: [1], offset: [0] },
    ...changes,
  };
}

async function outputs(
  { graph, weights }: Pick<ImportedModel, "graph" | "weights">,
  values: Float32Array,
): Promise<Float32Array> {
  const settings = { ...oneMinute.settings, batchSize: 2 };
  const executor = createReferenceExecutor(executorOptions(settings, graph));
  executor.writeWeights(weights ?? new Map());
  const batch = { kind: "prepared", values, labels: new Uint8Array(2), numImages: 2 } as const;
  return executor.predict(batch);
}

const IMAGES = Float32Array.of(0.1, 0.9, 0.4, 0.3, 0.8, 0.2, 0.5, 0.7);

describe("a model of another program in the page", () => {
  test("gives two probabilities where it gave one, and they add up to one", async () => {
    const file = imported(dense(1, "sigmoid"));
    const model = openedModel("cats.h5", file);
    expect(model).toMatchObject({ numOutputs: 2, hindrance: null });
    const [one, two] = [await outputs(file, IMAGES), await outputs(model, IMAGES)];
    for (const [image, probability] of one.entries()) {
      expect(two[2 * image]).toBeCloseTo(1 - probability, 6);
      expect(two[2 * image + 1]).toBeCloseTo(probability, 6);
    }
    expect(model.notes.join()).toContain("It gives one probability");
  });

  test("ends in a softmax where it gave logits", async () => {
    const file = imported(dense(3, "linear"));
    const model = openedModel("torch.onnx", file);
    const [logits, given] = [await outputs(file, IMAGES), await outputs(model, IMAGES)];
    const shares = [0, 1, 2].map((at) => Math.exp(logits[at] ?? 0));
    const sum = shares.reduce((total, share) => total + share, 0);
    for (const [at, share] of shares.entries()) expect(given[at]).toBeCloseTo(share / sum, 6);
  });

  test("takes a vector as the image whose rows follow one another", () => {
    const { graph } = openedModel("a.h5", imported(dense(3, "softmax"), {}, [1, 1, 784]));
    expect(graph.layers[0]).toMatchObject({ shape: [28, 28, 1] });
  });

  test.each([
    ["one number", imported(dense(1, "linear"))],
    ["no image", imported(dense(3, "softmax"), {}, [1, 1, 13])],
  ])("can be looked at and not used: %s", (_words, file) => {
    const model = openedModel("a.h5", file);
    expect(model.hindrance).toContain("It can be looked at, and not trained here.");
    expect(model.analysis.layers).toHaveLength(3);
  });

  test("may end in a map: it then gets a new head behind its last layer", () => {
    const conv = dense(3, "softmax");
    const model = openedModel(
      "notop.h5",
      imported({ ...conv, type: "Activation", activation: "relu", inputs: ["input"] }),
    );
    expect(model).toMatchObject({ hindrance: null, numOutputs: 0, cutLayer: "classes" });
    const settings = settingsOf(model, nameOf(model.graph), oneMinute.settings, "unit");
    expect(settings).toMatchObject({ classes: 10, cutLayer: "classes", base: "chosen" });
  });

  test("is guessed from a rescaling, from what the file states or from a known name, otherwise not", () => {
    const scaled = (scale: number, offset: number) =>
      openedModel(
        "a.h5",
        imported(dense(3, "softmax"), {
          input: { shape: [2, 2, 1], channelsFirst: false, scale: [scale], offset: [offset] },
        }),
      );
    expect(scaled(1 / 255, 0).guess?.preparation).toBe("unit");
    expect(scaled(1 / 127.5, -1).guess?.preparation).toBe("symmetric");
    const other = scaled(1 / 200, -0.5);
    expect(other.guess?.preparation).toBe("bytes");
    expect([...(other.weights?.get("rescaling_of_the_file/kernel") ?? [])]).toEqual([
      Math.fround(1 / 200),
    ]);
    const of = (title: string, changes: Partial<ImportedModel> = {}) =>
      openedModel(title, imported(dense(3, "softmax"), changes)).guess?.preparation;
    expect(of("a.h5", { preparation: "standardize" })).toBe("standardize");
    expect(of("my_vgg16.h5")).toBe("caffe");
    expect(of("MobileNetV2.keras")).toBe("symmetric");
    expect(of("model.h5")).toBeUndefined();
  });

  test("keeps what a person set for training and data", () => {
    const model = openedModel("a.h5", imported(dense(3, "softmax")));
    const now = { ...oneMinute.settings, learningRate: 0.5, frozenLayers: 7 };
    const settings = settingsOf(model, nameOf(model.graph), now, "unit");
    expect(settings).toMatchObject({
      ...{ learningRate: 0.5, frozenLayers: 0, classes: 3, preparation: "unit", base: "chosen" },
      ...{ convolution: "ordinary", dataSet: now.dataSet },
    });
  });
});

/** Counts by true class and output. */
const counts = (...rows: readonly (readonly number[])[]) => Uint32Array.from(rows.flat());
const RIGHT = counts([8, 1, 1], [1, 8, 1], [1, 1, 8]);
const SAME_ANSWER = counts([10, 0, 0], [10, 0, 0], [10, 0, 0]);
const TURNED = counts([1, 8, 1], [1, 1, 8], [8, 1, 1]);
const CLASSES = ["cup", "dog", "owl"];

describe("the trial of a model", () => {
  test("chooses the most accurate scale, and not the one by which it answers one class for all", () => {
    const trials = [
      { preparation: "bytes", confusion: SAME_ANSWER },
      { preparation: "unit", confusion: RIGHT },
    ] as const;
    const judgement = judgeTrials({ numImages: 30, trials }, CLASSES, undefined);
    expect(judgement.best).toEqual({ preparation: "unit", order: 0 });
    expect(judgement.orders.map(({ by }) => by)).toEqual(["place"]);
    expect(judgement.judged.map(({ accuracies }) => accuracies)).toEqual([[1 / 3], [0.8]]);
  });

  test("chooses none when none is clearly better", () => {
    const trials = [
      { preparation: "bytes", confusion: SAME_ANSWER },
      { preparation: "unit", confusion: SAME_ANSWER },
    ] as const;
    expect(judgeTrials({ numImages: 30, trials }, CLASSES, undefined).best).toBeNull();
  });

  test("offers another order of the outputs when the file's names or the answers speak for it", () => {
    const trials = [
      { preparation: "unit", confusion: TURNED },
      { preparation: "bytes", confusion: SAME_ANSWER },
    ] as const;
    const byImages = judgeTrials({ numImages: 30, trials }, CLASSES, undefined);
    expect(byImages.orders[1]).toEqual({ by: "images", order: [1, 2, 0] });
    expect(byImages.best).toEqual({ preparation: "unit", order: 1 });
    const byNames = judgeTrials({ numImages: 30, trials }, CLASSES, ["Owl", "Cup", "Dog"]);
    expect(byNames.orders[1]).toEqual({ by: "names", order: [1, 2, 0] });
    expect(byNames.judged[0]?.accuracies).toEqual([0.1, 0.8]);
  });

  test("puts the outputs into the order of the data's classes", async () => {
    const model = openedModel("a.h5", imported(dense(3, "softmax")));
    const [before, after] = [
      await outputs(model, IMAGES),
      await outputs(inOrder(model, [1, 2, 0]), IMAGES),
    ];
    expect([...after.subarray(0, 3)]).toEqual([before[1], before[2], before[0]]);
  });
});
