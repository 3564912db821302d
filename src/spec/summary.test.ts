import { expect, test } from "vitest";
import { analyze } from "./analyze.ts";
import { trainingMemoryBytes } from "./memory.ts";
import { buildXception } from "./networks/xception.ts";
import { paperSettings } from "./recipes/paper.ts";
import { summarize, summaryText } from "./summary.ts";

test("the paper's summary lists its layers and ends with its totals", () => {
  const analysis = analyze(buildXception(paperSettings));
  const summary = summarize("paper", analysis, trainingMemoryBytes(analysis, paperSettings));
  const text = summaryText(summary);
  expect(text).toContain("block14_sepconv2 (SeparableConv2D)");
  expect(text).toMatch(/Total parameters: +22,910,480\nTrainable parameters: +22,855,952\n/);
  expect(summary.layers.find((layer) => layer.name === "block2_add")).toEqual({
    name: "block2_add",
    type: "Add",
    shape: [74, 74, 128],
    params: 0,
    macs: 0,
    inputs: ["block2_pool", "block2_residual_bn"],
  });
});
