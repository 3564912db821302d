import { describe, expect, test } from "vitest";
import type { LayerGraph } from "../../../network/graph.ts";
import { initialWeights } from "../../../network/initialize.ts";
import { createBuilder } from "../../../network/networks/builder.ts";
import { buildEveryBranch } from "../../../network/networks/everyBranch.ts";
import { buildNetwork } from "../../../network/networks/registry.ts";
import { asTrainedBeforeData } from "../../../settings/asTrained.ts";
import { OWN_DATA_SETS } from "../../../settings/ownData.ts";
import { oneMinute } from "../../../settings/recipes/oneMinute.ts";
import { RECIPES, recipeById } from "../../../settings/recipes/registry.ts";
import type { Settings } from "../../../settings/settings.ts";
import { NETWORK_FORMATS } from "../../networkFiles.ts";
import { codeCells } from "../testing/codeCells.ts";
import { writeProgram } from "../writeProgram.ts";
import { KERAS } from "./kerasProgram.ts";

const TRAINED = RECIPES.filter(({ purpose }) => purpose === "train");

function programOf(settings: Settings, changes: { graph?: LayerGraph; step?: number } = {}) {
  const { graph = buildNetwork(settings), step = 1400 } = changes;
  const isBuilt = changes.graph === undefined;
  return writeProgram(KERAS, {
    ...{ graph, settings, isBuilt, recipe: "one-minute", step, classes: [], hasOptimizer: true },
  });
}

/** Patterns of the texts in a program. What an f-string inserts may be anything. */
function namesIn(program: string): readonly RegExp[] {
  return [...program.matchAll(/(f?)"([^"\n]*)"/g)].map(([, isFormat, text = ""]) => {
    const parts = isFormat === "f" ? text.split(/\{[^}]*\}/) : [text];
    const pattern = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+");
    return new RegExp(`^${pattern}$`);
  });
}

describe("a program for Keras", () => {
  test.each(TRAINED)("of $id is short and has every layer of the table", ({ settings }) => {
    const trained = asTrainedBeforeData(settings);
    const program = programOf(trained)["train.py"];
    const lines = program.split("\n");
    expect(lines.length).toBeLessThan(300);
    expect(lines.filter((line) => line.length > 88)).toEqual([]);
    const names = namesIn(program);
    for (const { name } of buildNetwork(trained).layers)
      expect(names.some((pattern) => pattern.test(name))).toBe(true);
    expect(program).not.toMatch(/undefined|null|\[object|NaN/);
  });

  test("reads as hand-written code", async () => {
    const program = programOf({ ...oneMinute.settings, middleRepeats: 2 })["train.py"];
    await expect(program).toMatchFileSnapshot("testing/train.py.txt");
  });

  test("comes as a notebook with the same code in cells", () => {
    const made = programOf(oneMinute.settings);
    const { nbformat } = JSON.parse(made["train.ipynb"]);
    const code = codeCells(made["train.ipynb"]);
    expect(nbformat).toBe(4);
    expect(made["train.py"]).toContain(code.find((cell) => cell.includes("def build_network")));
    expect(made["train.py"]).toContain(code.find((cell) => cell.includes("def prepare")));
    expect(code.at(-1)).toContain("train(model, training, validation, steps");
  });

  test.each(OWN_DATA_SETS)("asks for a person's own data: %s", (dataSet) => {
    const program = programOf({ ...oneMinute.settings, dataSet });
    expect(program["train.py"]).toContain('"--data"');
    expect(program["train.py"]).toMatch(/sys[.]exit\(f"\{.+\}: there is no /);
    expect(program["README.md"]).toContain("PATH is a");
  });

  test("lists the layers of a graph that no setting gives, and of PyTorch's pools", () => {
    const graph = buildEveryBranch();
    const program = programOf(oneMinute.settings, { graph })["train.py"];
    for (const { name } of graph.layers) expect(program).toContain(`name="${name}"`);
    const pools = programOf(recipeById("paper-pytorch").settings)["train.py"];
    expect(pools).toContain("(pad_around(x, 1))");
  });

  test("is refused for a layer that Keras lacks, by the layer's name", () => {
    const net = createBuilder("padded");
    const input = net.input("input", [8, 8, 1]);
    const padding = "symmetric";
    net.pooling(input, "mean", "AveragePooling2D", { poolSize: [3, 3], padding });
    expect(() => programOf(oneMinute.settings, { graph: net.finish() })).toThrow(
      "Export: mean: Keras 3 has no layer with symmetric pool padding. Export it as ONNX",
    );
  });

  test("has the constants and calls of its settings", () => {
    const settings: Settings = {
      ...oneMinute.settings,
      ...{ optimizer: "adamw", weightDecay: 0.01, clipNorm: 1, labelSmoothing: 0.1 },
      ...{ schedule: "step", decayFactor: 0.5, decayEpochs: 2, patience: 3, restoreBest: true },
      ...{ budget: "epochs", epochs: 2.5, stopAccuracy: 90, horizontalFlip: true, shift: 0.1 },
    };
    const program = programOf(settings)["train.py"];
    for (const text of [
      "keras.optimizers.AdamW(",
      "global_clipnorm=1",
      "weight_decay=0.01",
      "CategoricalCrossentropy(label_smoothing=0.1)",
      "ExponentialDecay(",
      "patience=3",
      "restore_best_weights=True",
      "round(2.5 * len(training))",
      ">= 0.9:",
      "images = augment(images, np.random.default_rng([SEED, step, share]))",
      "START_STEP = 1400",
    ])
      expect(program).toContain(text);
  });

  test("goes out with weights, requirements and a README", async () => {
    const settings: Settings = { ...oneMinute.settings, inputSize: 28 };
    const facts = { recipe: "one-minute", step: 0, classes: null, validation: null, test: null };
    const weights = initialWeights(buildNetwork(settings), 1);
    const { fileNames, files } = NETWORK_FORMATS["keras-program"];
    const made = await files({ ...facts, settings, weights });
    expect(made.map(({ name }) => name)).toEqual(fileNames);
    const texts = new Map(made.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]));
    expect(texts.get("requirements.txt")).toMatch(/^keras==[\d.]+\ntensorflow==[\d.]+\nnumpy==/);
    expect(texts.get("network.weights.h5")?.slice(1, 4)).toBe("HDF");
    expect(texts.get("README.md")).toContain("python train.py --evaluate");
  });
});
