import { describe, expect, test } from "vitest";
import { type NamedProduct, productVariants } from "./kernels/productVariants.ts";
import { choiceOf, type Measure, measureProducts } from "./tuning.ts";

const variants = productVariants({ isSoftware: false, subgroupLanes: undefined });
const [usualVariant] = variants;
const usual = () => usualVariant ?? expect.unreachable();
const conv = (m: number, n = 64, k = 64): NamedProduct => ({ name: "conv2d", m, n, k });

/** Fakes a device that computes this many multiplications per millisecond, and where one variant is twice as fast. */
function device(workPerMs: number, fastest: string) {
  const asked: { readonly product: NamedProduct; readonly repeats: number }[] = [];
  let spentMs = 0;
  const measure: Measure = async (product, candidates, repeats) => {
    asked.push({ product, repeats });
    return candidates.map(({ name }) => {
      const ms = (product.m * product.n * product.k) / workPerMs / (name === fastest ? 2 : 1);
      spentMs += ms * repeats;
      return ms;
    });
  };
  return { measure, asked, spentMs: () => spentMs };
}

describe("the choice among variants", () => {
  test("takes the fastest, of the heaviest sizes first", async () => {
    const { measure, asked } = device(1e8, "workgroup 64x64");
    const products = [conv(100), conv(10_000), conv(1000), conv(1000)];
    const measured = await measureProducts({ products, variants, usual, measure, budgetMs: 50 });
    expect(measured.map(({ m }) => m)).toEqual([10_000, 1000, 100]);
    expect(new Set(measured.map(({ variant }) => variant))).toEqual(new Set(["workgroup 64x64"]));
    expect(asked.map(({ product }) => product.m).slice(0, 3)).toEqual([100, 100, 10_000]);
  });

  test("stays within its budget, however slow the device", async () => {
    for (const workPerMs of [1e4, 1e5, 1e6, 1e8]) {
      const { measure, spentMs } = device(workPerMs, "workgroup 32x32");
      const products = [1, 10, 100, 1000, 10_000].map((m) => conv(m));
      const first = (64 * 64) / workPerMs;
      await measureProducts({ products, variants, usual, measure, budgetMs: 50 });
      expect(spentMs()).toBeLessThan(60 + first);
    }
  });

  test("measures nothing where one run of the lightest takes all there is", async () => {
    const { measure, asked } = device(10, "workgroup 32x32");
    const products = [conv(10), conv(100)];
    expect(await measureProducts({ products, variants, usual, measure, budgetMs: 50 })).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test("repeats what is too short for the clock", async () => {
    const { measure, asked } = device(1e9, "registers 4x8");
    await measureProducts({ products: [conv(10)], variants, usual, measure, budgetMs: 50 });
    expect(asked.at(-1)?.repeats).toBeGreaterThan(1);
  });

  test("spends nothing on kernels with little of the work", async () => {
    const { measure, asked } = device(1e6, "registers 4x8");
    const products = [conv(10_000), { ...conv(8, 10, 256), name: "dense" }];
    await measureProducts({ products, variants, usual, measure, budgetMs: 50 });
    expect(new Set(asked.map(({ product }) => product.name))).toEqual(new Set(["conv2d"]));
  });

  test("goes by the nearest measured size of the same kernel, and by the usual far from all", () => {
    const measured = [
      { ...conv(1000), variant: "workgroup 64x64" },
      { ...conv(100), variant: "workgroup 32x32" },
    ];
    const choice = choiceOf(measured, variants, usual);
    const named = (product: NamedProduct) => choice(product).name;
    expect([conv(1000), conv(800), conv(120), conv(1e6)].map(named)).toEqual([
      "workgroup 64x64",
      "workgroup 64x64",
      "workgroup 32x32",
      "registers 4x8",
    ]);
    expect(named({ ...conv(1000), name: "dense" })).toBe("registers 4x8");
  });

  test("forgets a variant that there is no more", () => {
    const choice = choiceOf([{ ...conv(10), variant: "gone" }], variants, usual);
    expect(choice(conv(10)).name).toBe("registers 4x8");
  });
});
