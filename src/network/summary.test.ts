import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { paperSettings } from "../settings/recipes/paper.ts";
import { recipeById } from "../settings/recipes/registry.ts";
import { analyze } from "./analyze.ts";
import type { LayerGraph } from "./graph.ts";
import { trainingMemoryBytes } from "./memory.ts";
import { createBuilder } from "./networks/builder.ts";
import { buildNetwork } from "./networks/registry.ts";
import { buildXception } from "./networks/xception.ts";
import { summarize } from "./summary.ts";
import { summaryText } from "./summaryText.ts";

test("the paper's summary lists its layers and ends with its totals", () => {
  const analysis = analyze(buildXception(paperSettings));
  const summary = summarize("paper", analysis, trainingMemoryBytes(analysis, paperSettings));
  const text = summaryText(summary);
  expect(text).toContain("│ block14_sepconv2 (SeparableConv2D) ");
  expect(text).toContain(
    " Total params: 22,910,480 (87.40 MB)\n Trainable params: 22,855,952 (87.19 MB)\n",
  );
  expect(summary.layers.find((layer) => layer.name === "block2_add")).toEqual({
    name: "block2_add",
    type: "Add",
    shape: [74, 74, 128],
    params: 0,
    macs: 0,
    inputs: ["block2_pool", "block2_residual_bn"],
  });
});

/** Builds the same network as `fixtures/kerasSummary.py`. */
function residual(): LayerGraph {
  const net = createBuilder("residual");
  const input = net.input("input_layer", [9, 9, 3]);
  const inside = net.separableConv2d(input, "block13_sepconv1", {
    filters: 8,
    kernelSize: [3, 3],
    padding: "same",
    useBias: false,
  });
  const norm = net.batchNormalization(inside, "block13_sepconv1_bn");
  const shortcut = net.conv2d(input, "block13_residual_conv", { filters: 8, kernelSize: [1, 1] });
  const pooled = net.globalAveragePooling2d(net.add("block13_add", norm, shortcut), "avg_pool");
  net.dense(pooled, "predictions", 400_000);
  return net.finish();
}

/** Removes extra spaces, because Keras stretches its columns over the whole line, and ours are as wide as their text. */
const narrow = (text: string) => text.replace(/ {2,}/g, " ").replace(/([━─])[━─]+/g, "$1");

test("the text is what Keras prints, a chain and a network with a shortcut", () => {
  const texts = [buildNetwork(recipeById("mnist-convnet").settings), residual()].map((graph) =>
    summaryText(summarize(graph.name, analyze(graph), 0)),
  );
  const keras = readFileSync(new URL("fixtures/keras-summary.txt", import.meta.url), "utf8");
  expect(narrow(texts.join("\n\n"))).toBe(narrow(keras).trimEnd());
});

test("every line of the table is equally long, with the column of MACs too", () => {
  const analysis = analyze(buildXception(paperSettings));
  const text = summaryText(summarize("paper", analysis, 0), { macs: true });
  const table = text.split("\n").filter((line) => /^[┏┃┡│├└]/.test(line));
  expect(new Set(table.map((line) => line.length)).size).toBe(1);
  expect(text).toMatch(/│ block2_sepconv1 \(SeparableConv2D\) +│ .* │ +189,467,712 │/);
});
