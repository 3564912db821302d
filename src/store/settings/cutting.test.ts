import { describe, expect, test } from "vitest";
import { transfer } from "../../settings/recipes/transfer.ts";
import { cutBehind, isOfNewHead } from "./cutting.ts";
import { allFrozen } from "./derived.ts";

const { settings } = transfer;

describe("a cut on the page", () => {
  test("freezes no layer that fell away", () => {
    expect(cutBehind(settings, "block2_add")).toEqual({ cutLayer: "block2_add", frozenLayers: 16 });
    expect(cutBehind(settings, "block14_sepconv1")).toMatchObject({ frozenLayers: 40 });
  });

  test("leaves the new head trained, which cannot be cut itself", () => {
    const cut = { ...settings, ...cutBehind(settings, "block2_add") };
    expect(allFrozen(cut)).toBeNull();
    expect(isOfNewHead(cut, "head_pool")).toBe(true);
    expect(isOfNewHead(cut, "block2_add")).toBe(false);
    expect(isOfNewHead(settings, "avg_pool")).toBe(false);
  });

  test("says that nothing is left to train", () => {
    expect(allFrozen({ ...settings, frozenLayers: 1000 })).toMatch(/^Frozen layers: no layer/);
  });
});
