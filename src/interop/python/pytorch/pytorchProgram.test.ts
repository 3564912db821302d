import { describe, expect, test } from "vitest";
import { initialWeights } from "../../../network/initialize.ts";
import { buildEveryBranch } from "../../../network/networks/everyBranch.ts";
import { buildNetwork } from "../../../network/networks/registry.ts";
import { networkWeights } from "../../../network/networkWeights.ts";
import { asTrainedBeforeData } from "../../../settings/asTrained.ts";
import { OWN_DATA_SETS } from "../../../settings/ownData.ts";
import { oneMinute } from "../../../settings/recipes/oneMinute.ts";
import { RECIPES, recipeById } from "../../../settings/recipes/registry.ts";
import type { Settings } from "../../../settings/settings.ts";
import { NETWORK_FORMATS } from "../../networkFiles.ts";
import { codeCells } from "../testing/codeCells.ts";
import { writeProgram } from "../writeProgram.ts";
import { PYTORCH } from "./pytorchProgram.ts";
import { toProgramTensors } from "./weights.ts";

const TRAINED = RECIPES.filter(({ purpose }) => purpose === "train");
const FILES = ["settings.py", "network.py", "data.py", "train.py"];

function programOf(settings: Settings, graph = buildNetwork(settings), isBuilt = true) {
  const facts = { recipe: "one-minute", step: 1400, classes: [], hasOptimizer: true };
  return writeProgram(PYTORCH, { graph, settings, isBuilt, ...facts });
}

/** Patterns of the names in the network: quoted, as an attribute, or after a #. What an f-string inserts may be anything. */
function namesIn(code: string): readonly RegExp[] {
  const quoted = [...code.matchAll(/"([^"\n]*)"/g)].map(([, text = ""]) => text);
  const bare = [...code.matchAll(/(?:self\.|# )(\w+)/g)].map(([, text = ""]) => text);
  return [...quoted, ...bare].map((text) => {
    const parts = text.split(/\{[^}]*\}/).map((part) => part.replaceAll(/\W/g, "\\$&"));
    return new RegExp(`^${parts.join(".+")}$`);
  });
}

describe("a program for PyTorch", () => {
  test.each(TRAINED)("of $id is short and has every layer of the table", ({ settings }) => {
    const trained = asTrainedBeforeData(settings);
    const program = programOf(trained);
    for (const file of FILES) {
      const lines = (program[file] ?? "").split("\n");
      expect(lines.length).toBeGreaterThan(20);
      expect(lines.length).toBeLessThan(300);
      expect(lines.filter((line) => line.length > 88)).toEqual([]);
      expect(program[file]).not.toMatch(/undefined|null|\[object|NaN/);
    }
    const names = namesIn(program["network.py"] ?? "");
    const [, ...layers] = buildNetwork(trained).layers;
    expect(
      layers
        .filter(({ name }) => !names.some((pattern) => pattern.test(name)))
        .map(({ name }) => name),
    ).toEqual([]);
  });

  test.each(FILES)("reads as hand-written code: %s", async (file) => {
    const program = programOf({ ...oneMinute.settings, middleRepeats: 2 });
    await expect(program[file]).toMatchFileSnapshot(`testing/${file}.txt`);
  });

  test("comes as a notebook with the same code in cells", () => {
    const program = programOf(oneMinute.settings);
    const code = codeCells(program["train.ipynb"]);
    expect(program["network.py"]).toContain(code.find((cell) => cell.includes("class Network")));
    expect(code[0]).not.toContain("from settings import");
    expect(code.at(-1)).toContain("train(model, optimizer, data, steps");
  });

  test.each(OWN_DATA_SETS)("asks for a person's own data: %s", (dataSet) => {
    const program = programOf({ ...oneMinute.settings, dataSet });
    expect(program["train.py"]).toContain('"--data"');
    expect(program["data.py"]).toMatch(/sys[.]exit\(f"\{.+\}: there is no /);
    expect(program["README.md"]).toContain("PATH is a");
  });

  test("lists the layers of a graph that no setting gives", () => {
    const graph = buildEveryBranch();
    const network = programOf(oneMinute.settings, graph, false)["network.py"] ?? "";
    for (const { name, type } of graph.layers)
      if (type !== "InputLayer") expect(network).toContain(name);
  });

  test("pads pools as the PyTorch notebook does", () => {
    const network = programOf(recipeById("paper-pytorch").settings)["network.py"];
    expect(network).toContain("nn.MaxPool2d(3, stride=2, padding=1)");
  });

  test("has the constants and formulas of its settings", () => {
    const program = programOf({
      ...oneMinute.settings,
      ...{ optimizer: "adamw", weightDecay: 0.01, clipNorm: 1, labelSmoothing: 0.1 },
      ...{ schedule: "step", decayFactor: 0.5, decayEpochs: 2, patience: 3, restoreBest: true },
      ...{ budget: "epochs", epochs: 2.5, stopAccuracy: 90, horizontalFlip: true, shift: 0.1 },
      frozenLayers: 4,
    });
    const whole = FILES.map((file) => program[file]).join("\n");
    for (const text of [
      "class AdamW:",
      "clip_grad_norm_(self.weights.values(), 1)",
      "weight -= weight * (learning_rate * weight_decay)",
      "weight -= first * rate / (second.sqrt() + epsilon)",
      "label_smoothing=0.1",
      "periods = step // (2 * steps_per_epoch)",
      "waited >= 3 or row[4] >= 0.9",
      'load(folder / "best.safetensors", model, optimizer)',
      "round(2.5 * len(training))",
      "images = augment(images, np.random.default_rng([SEED, step, RANK]))",
      'FROZEN = {"block1_conv1", "block1_conv1_bn"}',
      "START_STEP = 1400",
    ])
      expect(whole).toContain(text);
  });

  test("names each weight and each vector of the optimiser by its parameter", () => {
    const settings: Settings = { ...oneMinute.settings, inputSize: 28, middleRepeats: 1 };
    const graph = buildNetwork(settings);
    const weights = initialWeights(graph, 1);
    const trained = networkWeights(graph).filter(({ trainable }) => trainable);
    const vectors = new Map(
      trained.flatMap(({ path }) =>
        ["momentum", "velocity"].map(
          (slot) => [`${path}:${slot}`, weights.get(path) ?? new Float32Array()] as const,
        ),
      ),
    );
    const network = { graph, settings, isBuilt: true, step: 3, weights };
    const { bytes, hasOptimizer } = toProgramTensors({
      ...network,
      optimizer: { step: 3, vectors },
    });
    expect(hasOptimizer).toBe(true);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header["entry_flow.block2.main.block2_sepconv1.depthwise.weight"]).toMatchObject({
      dtype: "F32",
      shape: [8, 1, 3, 3],
    });
    expect(header["entry_flow.block2.shortcut.block2_residual_conv.weight:velocity"]).toMatchObject(
      {
        shape: [16, 8, 1, 1],
      },
    );
    expect(header["predictions.weight"]).toMatchObject({ shape: [10, 256] });
    expect(header.step).toMatchObject({ dtype: "I64", shape: [] });
    expect(Object.keys(header)).toHaveLength(2 + networkWeights(graph).length + 2 * trained.length);
    expect(toProgramTensors(network).hasOptimizer).toBe(false);
  });

  test("goes out with weights, requirements and a README", async () => {
    const settings: Settings = { ...oneMinute.settings, inputSize: 28 };
    const facts = { recipe: "one-minute", step: 0, classes: null, validation: null, test: null };
    const weights = initialWeights(buildNetwork(settings), 1);
    const { fileNames, files } = NETWORK_FORMATS["pytorch-program"];
    const made = await files({ ...facts, settings, weights });
    expect(made.map(({ name }) => name)).toEqual(fileNames);
    const texts = new Map(made.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]));
    expect(texts.get("requirements.txt")).toMatch(/^torch==[\d.]+\nsafetensors==[\d.]+\nnumpy==/);
    expect(texts.get("README.md")).toContain("torchrun --nproc_per_node=2 train.py");
  });
});
