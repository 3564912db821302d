import { describe, expect, test } from "vitest";
import { type AdapterKind, productVariants, tileOf, usualVariant } from "./productVariants.ts";

const software: AdapterKind = { isSoftware: true, subgroupLanes: 4 };
const card: AdapterKind = { isSoftware: false, subgroupLanes: 32 };
const usual = (name: string, m: number, n: number, kind: AdapterKind) =>
  usualVariant({ name, m, n, k: 64 }, kind).name;

describe("the variant that is taken unmeasured", () => {
  test("has the most rows where a software adapter spends its time, and compiles quickly elsewhere", () => {
    expect(usual("conv2d", 4096, 64, software)).toBe("subgroup 16x4");
    expect(usual("conv2dFilterGradient", 64, 64, software)).toBe("subgroup 16x4");
    expect(usual("conv2d, window", 4096, 64, software)).toBe("subgroup 8x4");
    expect(usual("dense", 64, 10, software)).toBe("subgroup 4x4");
  });

  test("leaves no more than half of a subgroup idle", () => {
    expect(usual("conv2d", 4096, 9, software)).toBe("subgroup 16x4");
    expect(usual("conv2d", 4096, 8, software)).toBe("registers 4x8");
  });

  test("needs no subgroups on an adapter without them", () => {
    const plain = { ...software, subgroupLanes: undefined };
    expect(usual("conv2d", 4096, 64, plain)).toBe("registers 4x8");
  });

  test("is on a graphics card the largest tile that leaves work for every core", () => {
    expect(usual("conv2d", 4096, 256, card)).toBe("workgroup 64x64");
    expect(usual("conv2d", 256, 64, card)).toBe("workgroup 32x32");
    expect(usual("conv2d", 4096, 16, card)).toBe("registers 4x8");
  });
});

test.each([4, 8, 16, 32, 64])("subgroups of %i lanes deal a round out evenly", (lanes) => {
  const variants = productVariants({ isSoftware: false, subgroupLanes: lanes });
  const own = variants.filter(({ sharing }) => sharing === "subgroup");
  expect(own.length).toBeGreaterThan(0);
  for (const variant of own) expect(tileOf(variant)).toEqual([variant.rows, 4 * lanes]);
});
