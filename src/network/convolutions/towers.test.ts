import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countKind } from "./kinds.ts";
import { LAB_DEFAULTS } from "./labSettings.ts";
import { continuum, divisorsOf, fittingTowers } from "./towers.ts";

const MODULE = { height: 28, width: 28, kernelSize: 3, moduleChannels: 24 };

describe("from Inception to Xception", () => {
  it("goes through every divisor of the channels, from one tower to one a channel", () => {
    expect(divisorsOf(24)).toEqual([1, 2, 3, 4, 6, 8, 12, 24]);
    expect(continuum(MODULE).map(({ towers }) => towers)).toEqual(divisorsOf(24));
  });

  it("costs 1/towers of the one tower's K x K convolution, the 1 x 1 staying as it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (moduleChannels) => {
        const steps = continuum({ ...MODULE, moduleChannels });
        for (const { towers, params, macs, pointwiseParams, pointwiseMacs } of steps) {
          expect(pointwiseParams).toBe(moduleChannels ** 2);
          expect((params - pointwiseParams) * towers).toBe(9 * moduleChannels ** 2);
          expect((macs - pointwiseMacs) * towers).toBe(28 * 28 * 9 * moduleChannels ** 2);
        }
      }),
    );
  });

  it("ends at the calculator's pointwise-first convolution", () => {
    const { params, macs } = countKind("pointwise-first", {
      ...LAB_DEFAULTS,
      ...MODULE,
      channels: 24,
      filters: 24,
      padding: "same",
    });
    expect(continuum(MODULE).at(-1)).toMatchObject({
      towers: 24,
      channelsPerTower: 1,
      params,
      macs,
    });
  });

  it("keeps as many towers as fit when the channels change", () => {
    expect(fittingTowers(8, 24)).toBe(8);
    expect(fittingTowers(8, 30)).toBe(6);
    expect(fittingTowers(8, 7)).toBe(7);
    expect(fittingTowers(4, 1)).toBe(1);
  });
});
