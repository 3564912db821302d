import { describe, expect, it } from "vitest";
import { exampleRows } from "./exampleRows.ts";
import { EXAMPLES, exampleById } from "./examples.ts";
import { countKind } from "./kinds.ts";
import { LAB_FIELDS, LAB_KEYS, parseLabSetting } from "./labSettings.ts";

function rowsOf(id: string) {
  const example = exampleById(id);
  if (example === undefined) throw new Error(`no example ${id}`);
  return exampleRows(example);
}

describe("the documents' examples", () => {
  it("has 1,228,800 against 4,800 + 49,152 = 53,952, and says that 52,952 is a misprint", () => {
    expect(rowsOf("notebook").map(({ macsWritten }) => macsWritten)).toEqual([
      "1,228,800",
      "4,800 + 49,152 = 53,952",
    ]);
    expect(exampleById("notebook")?.says.join(" ")).toContain("misprints the sum as 52,952");
  });

  it("has 19,392 parameters in two ordinary layers and 2,555 in two separable ones", () => {
    const rows = rowsOf("two-layers");
    expect(rows.map(({ params }) => params)).toEqual([896, 18_496, 19_392, 155, 2_400, 2_555]);
    expect(rows.map(({ paramsWritten }) => paramsWritten).slice(3)).toEqual([
      "27 + 128 = 155",
      "288 + 2,112 = 2,400",
      "155 + 2,400 = 2,555",
    ]);
    expect(rows.map(({ shape }) => shape).slice(0, 2)).toEqual(["222x222x32", "220x220x64"]);
  });

  it("has 112 parameters against 27 + 16 = 43 for 3 to 4 channels", () => {
    expect(rowsOf("three-to-four").map(({ paramsWritten }) => paramsWritten)).toEqual([
      "112",
      "27 + 16 = 43",
    ]);
  });

  it("turns 8x8x3 into 7x7x2 with SeparableConv2D(2, 2)", () => {
    expect(rowsOf("separable-2-2")).toMatchObject([
      { shape: "7x7x2", weights: "2x2x3x1 and 1x1x3x2" },
    ]);
  });

  it.each([
    [1, "50x25x3x3"],
    [5, "50x5x3x3"],
    [25, "50x1x3x3"],
  ])("has the grouped weights of 25 to 50 with groups %i", (groups, weights) => {
    expect(rowsOf(`groups-${groups}`)).toMatchObject([{ weights, shape: "1x50x28x28" }]);
  });

  it("gives DWSConv2d a depth multiplier and biases on both parts", () => {
    const [, separable] = rowsOf("depthwise-block");
    expect(separable).toMatchObject({
      weights: "50x1x3x3 and 50x50x1x1",
      // 25·2·9 + 50 biases, 50·50 + 50 biases.
      paramsWritten: "500 + 2,550 = 3,050",
    });
  });

  it("offers only settings that the fields take, under ids and titles of their own", () => {
    for (const { layers } of EXAMPLES) {
      for (const settings of layers) {
        for (const key of LAB_KEYS) {
          if (key in settings) {
            const value = settings[key as keyof typeof settings];
            expect(parseLabSetting(key, String(value)), LAB_FIELDS[key].label).toBe(value);
          }
        }
      }
    }
    expect(new Set(EXAMPLES.map(({ id }) => id)).size).toBe(EXAMPLES.length);
    expect(new Set(EXAMPLES.map(({ title }) => title)).size).toBe(EXAMPLES.length);
  });

  it("chains layers: each takes what the one before gives", () => {
    for (const { layers } of EXAMPLES) {
      for (const [index, next] of layers.slice(1).entries()) {
        const before = layers[index];
        if (before === undefined) throw new Error("a layer is missing");
        expect([next.height, next.width, next.channels]).toEqual(
          countKind("ordinary", before).shape,
        );
      }
    }
  });
});
