import { describe, expect, it } from "vitest";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { ConvolutionKind, NetworkSettings } from "../../settings/settings.ts";
import { analyze } from "../analyze.ts";
import { buildNetwork } from "../networks/registry.ts";
import {
  foldBlocks,
  layerTable,
  NETWORK_KINDS,
  sortRows,
  tableAsCsv,
  tableAsMarkdown,
} from "./networkTable.ts";

function tableOf(change: Partial<NetworkSettings> = {}) {
  const settings = { ...recipeById("paper").settings, ...change };
  const networkOf = (convolution: ConvolutionKind) =>
    analyze(buildNetwork({ ...settings, convolution }));
  return layerTable({
    separable: networkOf("separable"),
    ordinary: networkOf("ordinary"),
    "pointwise-first": networkOf("pointwise-first"),
  });
}

describe("the same network with other convolutions", () => {
  it("has the paper's 22,910,480 parameters in the separable column", () => {
    expect(tableOf().total.separable.params).toBe(22_910_480);
  });

  it("has the two layers of the parameter-counting notebook side by side, under both their names", () => {
    const table = tableOf({ network: "two-layers", inputSize: 224 });
    expect(
      table.rows.map(({ name, counts }) => [name, counts.ordinary.params, counts.separable.params]),
    ).toEqual([
      ["separable_conv2d / conv2d", 896, 155],
      ["separable_conv2d_1 / conv2d_1", 18_496, 2_400],
    ]);
    expect(table.total.ordinary.params).toBe(19_392);
    expect(table.total.separable.params).toBe(2_555);
  });

  it.each([
    {},
    { intermediateActivation: "relu" as const },
    { residual: false },
    { network: "mnist-convnet" as const, inputSize: 28 },
  ])("adds up to the totals, by layer and by block, with %o", (change) => {
    const table = tableOf(change);
    for (const { rows, total } of [table, foldBlocks(table)]) {
      for (const kind of NETWORK_KINDS) {
        const sum = (count: "params" | "macs") =>
          rows.reduce((before, row) => before + row.counts[kind][count], 0);
        expect(sum("params")).toBe(total[kind].params);
        expect(sum("macs")).toBe(total[kind].macs);
      }
    }
  });

  it("has one row for a convolution, whether it is one layer or two", () => {
    const row = tableOf().rows.find(({ name }) => name === "block5_sepconv1");
    // At 299 the middle flow's map is 19 x 19.
    expect(row?.counts).toEqual({
      separable: { params: 9 * 728 + 728 * 728, macs: 361 * (9 * 728 + 728 * 728) },
      ordinary: { params: 9 * 728 * 728, macs: 361 * 9 * 728 * 728 },
      "pointwise-first": { params: 9 * 728 + 728 * 728, macs: 361 * (9 * 728 + 728 * 728) },
    });
  });

  it("folds blocks, and those that are alike into one row", () => {
    const names = foldBlocks(tableOf()).rows.map(({ name }) => name);
    expect(names).toEqual([
      "block1",
      "block2",
      "block3",
      "block4",
      "block5 to block12, 8 alike",
      "block13",
      "block14",
      "predictions",
    ]);
  });

  it("sorts by any column, equal rows in the network's order", () => {
    const { rows } = tableOf();
    expect(sortRows(rows, null)).toBe(rows);
    const byMacs = sortRows(rows, { column: "ordinary macs", descending: true });
    const macs = byMacs.map(({ counts }) => counts.ordinary.macs);
    expect(macs).toEqual([...macs].sort((a, b) => b - a));
    const largest = byMacs.filter(({ counts }) => counts.ordinary.macs === macs[0]);
    expect(largest.map(({ name }) => name)).toEqual(
      rows.filter(({ name }) => largest.some((row) => row.name === name)).map(({ name }) => name),
    );
    const byName = sortRows(rows, { column: "name", descending: false });
    expect(byName.findIndex(({ name }) => name.startsWith("block10"))).toBeGreaterThan(
      byName.findIndex(({ name }) => name.startsWith("block2")),
    );
  });

  it("is written as CSV, quoted where a name holds a comma", () => {
    const lines = tableAsCsv(foldBlocks(tableOf())).split("\r\n");
    expect(lines[0]).toBe(
      "Layer,separable parameters,separable MACs,ordinary parameters,ordinary MACs,pointwise-first parameters,pointwise-first MACs",
    );
    expect(lines[5]).toMatch(/^"block5 to block12, 8 alike",\d+,\d+,\d+,\d+,\d+,\d+$/);
    expect(lines.at(-2)).toMatch(/^Total,22910480,/);
    expect(lines.at(-1)).toBe("");
  });

  it("is written as Markdown, numbers to the right", () => {
    const lines = tableAsMarkdown(foldBlocks(tableOf())).split("\n");
    expect(lines[1]).toBe("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    expect(lines.at(-2)).toMatch(/^\| Total \| 22,910,480 \|/);
  });
});
