import fc from "fast-check";
import { expect, test } from "vitest";
import { analyze } from "../network/analyze.ts";
import { buildXception } from "../network/networks/xception.ts";
import { paperSettings } from "../settings/recipes/paper.ts";
import type { NetworkSettings } from "../settings/settings.ts";
import { summarizeBlocks } from "./blocks.ts";
import { macFormulas, writeTerms } from "./macFormula.ts";

function formulasOf(changes: Partial<NetworkSettings> = {}) {
  const analysis = analyze(buildXception({ ...paperSettings, ...changes }));
  const blocks = summarizeBlocks(analysis);
  return {
    analysis,
    blocks,
    formulas: blocks.map((block) => macFormulas(block.layers)),
  };
}

function formulaOf(name: string, changes: Partial<NetworkSettings> = {}) {
  const formula = formulasOf(changes)
    .formulas.flat()
    .find((one) => one.name === name);
  if (formula === undefined) throw new Error(`no formula for ${name}`);
  return formula;
}

test("a separable convolution is written with its own numbers, and so is its ordinary twin", () => {
  const formula = formulaOf("block2_sepconv1");
  expect(writeTerms(formula)).toBe(
    "depthwise 3·3·64·147·147 + pointwise 64·128·147·147 = 189,467,712",
  );
  expect(formula.twin?.kind).toBe("ordinary");
  expect(formula.twin?.macs).toBe(3 * 3 * 64 * 128 * 147 * 147);
});

test("an ordinary convolution has a separable twin, a 1x1 shortcut and the head have none", () => {
  expect(formulaOf("block1_conv2").twin?.kind).toBe("separable");
  expect(formulaOf("block2_residual_conv").twin).toBeUndefined();
  expect(formulaOf("predictions").twin).toBeUndefined();
});

test("halves that are two layers make one formula with the same MACs as the layer that is both", () => {
  const apart = formulaOf("block4_sepconv2", { intermediateActivation: "elu" });
  const together = formulaOf("block4_sepconv2");
  expect(apart).toEqual(together);
});

test("pointwise first keeps its own order and the same twin", () => {
  const formula = formulaOf("block3_sepconv1", { convolution: "pointwise-first" });
  expect(formula.terms.map(({ label }) => label)).toEqual(["pointwise", "depthwise"]);
  expect(formula.twin).toEqual(formulaOf("block3_sepconv1").twin);
});

test("every formula of a block adds up to the MACs that the analysis counts", () => {
  fc.assert(
    fc.property(
      fc.record({
        inputSize: fc.integer({ min: 71, max: 120 }),
        middleRepeats: fc.integer({ min: 0, max: 3 }),
        depthMultiplier: fc.integer({ min: 1, max: 3 }),
        width: fc.constantFrom(0.125, 0.5, 1),
        residual: fc.boolean(),
        convolution: fc.constantFrom("separable", "ordinary", "pointwise-first"),
        intermediateActivation: fc.constantFrom("none", "relu"),
      }),
      (changes) => {
        const { blocks, formulas } = formulasOf(changes);
        for (const [index, block] of blocks.entries()) {
          const macs = (formulas[index] ?? []).reduce((sum, formula) => sum + formula.macs, 0);
          expect(macs * block.repeats, block.id).toBe(block.macs);
        }
      },
    ),
    { numRuns: 40 },
  );
});
