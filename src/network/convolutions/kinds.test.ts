import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlaygroundError } from "../../core/errors.ts";
import { analyze } from "../analyze.ts";
import { createBuilder } from "../networks/builder.ts";
import { totalOf, writeCounts } from "./formulas.ts";
import { buildKind, compareKinds, countKind, LAB_KINDS } from "./kinds.ts";
import { type ConvolutionSettings, LAB_DEFAULTS } from "./labSettings.ts";
import { separableRatio } from "./ratio.ts";

const settingsArbitrary: fc.Arbitrary<ConvolutionSettings> = fc
  .record({
    height: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 40 }),
    channelsPerGroup: fc.integer({ min: 1, max: 8 }),
    filtersPerGroup: fc.integer({ min: 1, max: 8 }),
    groups: fc.integer({ min: 1, max: 6 }),
    kernelSize: fc.integer({ min: 1, max: 7 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.constantFrom("same" as const, "valid" as const),
    dilation: fc.integer({ min: 1, max: 3 }),
    depthMultiplier: fc.integer({ min: 1, max: 4 }),
    biases: fc.constantFrom("none" as const, "output" as const, "both" as const),
  })
  .map(({ channelsPerGroup, filtersPerGroup, ...rest }) => ({
    ...rest,
    channels: channelsPerGroup * rest.groups,
    filters: filtersPerGroup * rest.groups,
  }));

function macsOf(kind: (typeof LAB_KINDS)[number], settings: ConvolutionSettings): number {
  return countKind(kind, settings).macs;
}

describe("one convolution in five kinds", () => {
  it("counts the notebook's 12x12x3 with 256 kernels of 5x5 as the notebook does", () => {
    const ordinary = countKind("ordinary", LAB_DEFAULTS);
    expect(ordinary.shape).toEqual([8, 8, 256]);
    expect(ordinary.macs).toBe(1_228_800);
    const separable = countKind("separable", LAB_DEFAULTS);
    expect(separable.layers.map(({ macs }) => macs)).toEqual([4_800, 49_152]);
    expect(separable.macs).toBe(53_952);
    expect(separable.shape).toEqual([8, 8, 256]);
  });

  it("counts pointwise first and spatially separable on the same example", () => {
    // 12·12·3·256 + 8·8·5·5·256, and 8·12·5·3·256 + 8·8·5·256·256.
    expect(macsOf("pointwise-first", LAB_DEFAULTS)).toBe(110_592 + 409_600);
    expect(macsOf("spatial", LAB_DEFAULTS)).toBe(368_640 + 20_971_520);
  });

  it("gives all kinds the same output shape, and formulas that are the very counts", () => {
    fc.assert(
      fc.property(settingsArbitrary, (settings) => {
        const comparison = compareKinds(settings);
        const shapes = new Set<string>();
        for (const kind of LAB_KINDS) {
          const result = comparison[kind];
          if (!result.ok) continue;
          const { counts } = result;
          shapes.add(counts.shape.join("x"));
          const written = writeCounts(kind, counts);
          const analysis = analyze(buildKind(kind, settings));
          expect(totalOf(written.macs)).toBe(analysis.macs);
          expect(totalOf(written.params)).toBe(analysis.params);
        }
        expect(shapes.size).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("counts the separable kind as Keras' one layer of that name", () => {
    fc.assert(
      fc.property(settingsArbitrary, (given) => {
        const settings = {
          ...given,
          padding: "same" as const,
          biases: given.biases === "both" ? ("output" as const) : given.biases,
        };
        const net = createBuilder("one");
        const { height, width, channels, filters, kernelSize, stride, dilation } = settings;
        net.separableConv2d(net.input("input", [height, width, channels]), "separable", {
          filters,
          kernelSize: [kernelSize, kernelSize],
          strides: [stride, stride],
          dilationRate: [dilation, dilation],
          padding: "same",
          depthMultiplier: settings.depthMultiplier,
          useBias: settings.biases !== "none",
        });
        const { params, macs } = analyze(net.finish());
        expect(countKind("separable", settings)).toMatchObject({ params, macs });
      }),
    );
  });

  it("has the true ratio 1/N + 1/K², whatever the input, when the depth multiplier is 1", () => {
    fc.assert(
      fc.property(settingsArbitrary, (given) => {
        const settings = { ...given, depthMultiplier: 1, padding: "same" as const };
        const ratio = macsOf("separable", settings) / macsOf("ordinary", settings);
        expect(ratio).toBeCloseTo(separableRatio(settings.filters, settings.kernelSize), 12);
      }),
    );
  });

  it("needs the biases of one output for Keras, of both halves for DWSConv2d", () => {
    const settings = { ...LAB_DEFAULTS, depthMultiplier: 2 };
    const without = countKind("separable", settings).params;
    const params = (biases: "output" | "both") =>
      countKind("separable", { ...settings, biases }).params;
    expect(params("output") - without).toBe(256);
    expect(params("both") - without).toBe(256 + 6);
  });
});

describe("combinations that cannot be", () => {
  function errorOf(kind: (typeof LAB_KINDS)[number], change: Partial<ConvolutionSettings>) {
    const result = compareKinds({ ...LAB_DEFAULTS, ...change })[kind];
    if (result.ok) throw new Error(`${kind} was counted`);
    expect(result.error).toBeInstanceOf(PlaygroundError);
    return result.error;
  }

  it("names groups that do not divide, and the next smaller ones that do", () => {
    const error = errorOf("grouped", { channels: 24, filters: 36, groups: 7 });
    expect(error.context).toMatchObject({ setting: "groups" });
    expect(error.message).toBe(
      "Groups: groups must divide the channels and the filters; expected a divisor of 24 and of 36, got 7. The largest number below it that fits is 6.",
    );
    const others = compareKinds({ ...LAB_DEFAULTS, groups: 7 });
    expect(others.ordinary.ok && others.separable.ok).toBe(true);
  });

  it("names a kernel that is larger than its input, with its dilation", () => {
    const error = errorOf("ordinary", { height: 4, width: 9, kernelSize: 3, dilation: 2 });
    expect(error.code).toBe("network.window-too-large");
    expect(error.context).toMatchObject({ setting: "kernelSize" });
    expect(error.message).toContain("expected a height and width of at least 5, got 4 x 9");
    expect(compareKinds({ ...LAB_DEFAULTS, height: 4, padding: "same" }).ordinary.ok).toBe(true);
  });

  it("names a depth multiplier that pointwise first cannot have, and counts the others", () => {
    const error = errorOf("pointwise-first", { depthMultiplier: 2 });
    expect(error.context).toMatchObject({ setting: "depthMultiplier" });
    expect(compareKinds({ ...LAB_DEFAULTS, depthMultiplier: 2 }).separable.ok).toBe(true);
  });
});
