import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { modelGoldenSchema, verifyModel } from "../../cli/verifyModel.ts";
import { PlaygroundError } from "../../core/errors.ts";
import { analyze } from "../../network/analyze.ts";
import { headUnits } from "../../network/head.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import type { Settings } from "../settings.ts";
import { RECIPE_NOTES } from "./notes.ts";
import { RECIPES, recipeById } from "./registry.ts";

const folder = join(import.meta.dirname, "../../../goldens/models");
const golden = (name: string) =>
  v.parse(modelGoldenSchema, JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")));

/** Maps each golden of real Keras to the recipe that builds the same network, unchanged or with a few settings changed. */
const GOLDENS: readonly (readonly [golden: string, recipe: string, changes: Partial<Settings>])[] =
  [
    ["r0-at-94", "notebook", {}],
    ["r0-at-299", "notebook", { inputSize: 299 }],
    ["r1-seven-classes", "facial-emotions", {}],
    ["r1-as-printed", "facial-emotions-as-printed", {}],
    ["r2-paper", "paper", {}],
    ["r2-paper", "paper-pytorch", {}],
    ["r3-v2", "reproduction", {}],
    ["r4-ordinary", "two-layers-ordinary", {}],
    ["r4-separable", "two-layers-separable", {}],
    ["r4-mnist", "mnist-convnet", {}],
    ["one-minute", "one-minute", { inputSize: 28, width: 0.25 }],
    ["elu-between-94", "notebook", { middleRepeats: 1, intermediateActivation: "elu" }],
    ["no-residual-71", "notebook", { inputSize: 71, middleRepeats: 2, residual: false }],
    ["ordinary-28", "notebook", { inputSize: 28, middleRepeats: 8, convolution: "ordinary" }],
    ["width-half-48", "notebook", { inputSize: 48, width: 0.5 }],
  ];

const analysisOf = (id: string) => analyze(buildNetwork(recipeById(id).settings));

describe("recipes against real Keras, layer by layer", () => {
  test.each(GOLDENS)("%s is the recipe %s with %o", (file, id, changes) => {
    const settings: Settings = { ...recipeById(id).settings, ...changes };
    const verdict = verifyModel(golden(file), buildNetwork(settings));
    expect(verdict.summary).toContain("all equal");
    expect(verdict.status).toBe("passed");
  });

  test("every golden network but the one of all operations is a recipe's", () => {
    const known = new Set(GOLDENS.map(([file]) => `${file}.json`));
    const others = readdirSync(folder).filter((file) => file.endsWith(".json") && !known.has(file));
    expect(others).toEqual(["general.json"]);
  });
});

describe("numbers of the documents", () => {
  test("the notebook's shapes at 94 and at 299 pixels are those it lists", () => {
    const shapesAt = (inputSize: number) => {
      const graph = buildNetwork({ ...recipeById("notebook").settings, inputSize });
      const shapes = new Map(analyze(graph).layers.map(({ layer, shape }) => [layer.name, shape]));
      return [
        "block1_conv2_act",
        "block2_add",
        "block3_add",
        "block4_add",
        "block7_add",
        "block8_add",
        "block9_sepconv2_act",
        "avg_pool",
        "predictions",
      ].map((name) => shapes.get(name)?.join(","));
    };
    expect(shapesAt(299)).toEqual([
      "150,150,64",
      "75,75,128",
      "38,38,256",
      "19,19,728",
      "19,19,728",
      "10,10,1024",
      "10,10,2048",
      "2048",
      "10",
    ]);
    expect(shapesAt(94)).toEqual([
      "47,47,64",
      "24,24,128",
      "12,12,256",
      "6,6,728",
      "6,6,728",
      "3,3,1024",
      "3,3,2048",
      "2048",
      "10",
    ]);
  });

  test("the notebook trains with batches of 64 for 937 steps an epoch, two epochs, Adam at 0.005", () => {
    const { settings } = recipeById("notebook");
    expect(settings).toMatchObject({
      inputSize: 94,
      optimizer: "adam",
      learningRate: 0.005,
      batchSize: 64,
      epochs: 2,
      shuffleBuffer: 10_000,
      remainder: "drop",
      holdOut: 0,
    });
    expect(Math.floor(60_000 / settings.batchSize)).toBe(937);
  });

  test("the facial-emotion tutorial has 48 grey pixels, batches of 64 and 150 epochs; as printed, one linear unit", () => {
    const { settings } = recipeById("facial-emotions");
    expect(settings).toMatchObject({
      inputSize: 48,
      inputChannels: 1,
      batchSize: 64,
      epochs: 150,
      optimizer: "adam",
      classes: 7,
      head: "softmax",
    });
    expect(recipeById("facial-emotions-as-printed").settings).toEqual({
      ...settings,
      classes: 1,
      head: "linear",
    });
  });

  test("the paper has 22,855,952 trainable parameters of 22,910,480, and PyTorch's settings change neither", () => {
    for (const id of ["paper", "paper-pytorch"]) {
      const { trainableParams, params } = analysisOf(id);
      expect([id, trainableParams, params]).toEqual([id, 22_855_952, 22_910_480]);
    }
    expect(recipeById("paper-pytorch").settings).toMatchObject({
      batchNormEpsilon: 1e-5,
      batchNormMomentum: 0.9,
      poolPadding: "symmetric",
    });
  });

  test("PyTorch's pools halve 147, 74, 37 and 19 to 74, 37, 19 and 10", () => {
    const pools = analysisOf("paper-pytorch").layers.filter(
      ({ layer }) => layer.type === "MaxPooling2D",
    );
    expect(pools.map(({ shape }) => shape[0])).toEqual([74, 37, 19, 10]);
    const stem = analysisOf("paper").layers.filter(({ layer }) => layer.type === "Conv2D");
    expect(stem.slice(0, 2).map(({ shape }) => shape[0])).toEqual([149, 147]);
  });

  test("the reproduction has as many trainable parameters as the paper, at 259 pixels", () => {
    const { trainableParams, layers } = analysisOf("reproduction");
    expect(trainableParams).toBe(22_855_952);
    expect(layers[0]?.shape).toEqual([259, 259, 3]);
  });

  test("the reproduction trains with RMSprop at 0.0001, batches of 32 and 10 epochs of 80 steps", () => {
    const { settings } = recipeById("reproduction");
    expect(settings).toMatchObject({
      optimizer: "rmsprop",
      learningRate: 1e-4,
      batchSize: 32,
      budget: "epochs",
      epochs: 10,
      stepsPerEpoch: 80,
      validationSteps: 20,
      holdOut: 20 * 32,
      horizontalFlip: true,
      shear: 0.2,
      zoom: 0.2,
    });
  });

  test("two layers have 896 + 18,496 = 19,392 parameters, separable 155 + 2,400 = 2,555", () => {
    const params = (id: string) => analysisOf(id).layers.map((layer) => layer.params);
    expect(params("two-layers-ordinary")).toEqual([0, 896, 18_496]);
    expect(params("two-layers-separable")).toEqual([0, 155, 2_400]);
    const weights = analysisOf("two-layers-separable").layers.map((layer) =>
      layer.weights.map(({ shape }) => shape.reduce((product, side) => product * side, 1)),
    );
    expect(weights).toEqual([[], [27, 96, 32], [288, 2_048, 64]]);
  });

  test("the MNIST ConvNet has 320 + 18,496 + 1,179,776 + 1,290 = 1,199,882 parameters and flattens 9,216", () => {
    const { layers, params } = analysisOf("mnist-convnet");
    expect(layers.map((layer) => layer.params).filter((count) => count > 0)).toEqual([
      320, 18_496, 1_179_776, 1_290,
    ]);
    expect(params).toBe(1_199_882);
    expect(layers.find(({ layer }) => layer.type === "Flatten")?.shape).toEqual([9_216]);
    const rates = layers.flatMap(({ layer }) => (layer.type === "Dropout" ? [layer.rate] : []));
    expect(rates).toEqual([0.25, 0.5]);
    expect(recipeById("mnist-convnet").settings).toMatchObject({
      optimizer: "adadelta",
      learningRate: 1,
      batchSize: 128,
      epochs: 12,
      preparation: "unit",
    });
  });
});

describe("what becomes of a recipe", () => {
  test.each(RECIPES.map(({ id, purpose }) => [id, purpose] as const))(
    "%s says what its network allows: %s",
    (id, purpose) => {
      const outcome = () => {
        try {
          const analysis = analyze(buildNetwork(recipeById(id).settings));
          return headUnits(analysis) > 0 ? "train" : "never";
        } catch (error) {
          if (!(error instanceof PlaygroundError)) throw error;
          return error.code === "network.shape-mismatch" ? "refused" : "count";
        }
      };
      expect(outcome()).toBe(purpose);
    },
  );

  test("the menu lists each group in one piece", () => {
    const groups = RECIPES.map(({ group }) => group);
    expect(groups.filter((group, index) => group !== groups[index - 1])).toEqual([
      "start",
      "documents",
      "good-and-bad",
    ]);
  });

  test.each([
    ["notebook", "batch_size=32"],
    ["notebook", "52,952"],
    ["notebook", "53,952"],
    ["facial-emotions", "batch_size = 128"],
    ["facial-emotions", "K²d²CN against K²d²C + K²CN"],
    ["facial-emotions", "1x1xC, N times"],
    ["facial-emotions-as-printed", "gradient is zero"],
    ["paper-pytorch", "momentum 0.1"],
    ["paper-pytorch", "n / (n - 1)"],
    ["paper-pytorch", "DWSConv2d"],
    ["reproduction", "259 pixels"],
    ["reproduction-v1", "758"],
    ["mnist-convnet", "0.991"],
    ["mnist-convnet", "four questions"],
  ])("the notes of %s speak of %s", (id, words) => {
    expect(RECIPE_NOTES[id]?.join(" ")).toContain(words);
  });

  test("notes belong to recipes that there are, and none says nothing", () => {
    const ids = RECIPES.map(({ id }) => id);
    expect(Object.keys(RECIPE_NOTES).filter((id) => !ids.includes(id))).toEqual([]);
    expect(Object.values(RECIPE_NOTES).every((notes) => notes.length > 0)).toBe(true);
  });
});
