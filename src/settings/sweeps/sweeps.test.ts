import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkCosts } from "../../network/networkCosts.ts";
import { oneMinute } from "../recipes/oneMinute.ts";
import { combinationsOf } from "./combinations.ts";
import { planSweep } from "./planSweep.ts";
import { readSweep, sweepFile } from "./readSweep.ts";
import type { Sweep } from "./sweep.ts";
import { estimatedMs } from "./sweepCost.ts";

const FILE = { version: 1, recipe: "one-minute" };

function swept(rest: object): Sweep {
  const { sweep, problems } = readSweep({ ...FILE, ...rest });
  if (sweep === null) throw new Error(problems.map(({ message }) => message).join("\n"));
  return sweep;
}

function wrongFields(value: unknown): readonly unknown[] {
  return readSweep(value).problems.map(({ context }) => context.where);
}

describe("a grid", () => {
  const sweep = swept({
    settings: { budget: "steps", steps: 20 },
    vary: { middleRepeats: [0, 2], width: [0.125, 0.25], seed: [1, 2] },
  });

  test("has every combination; the last setting varies fastest", () => {
    const runs = combinationsOf(sweep);
    expect(runs.map(({ middleRepeats, width, seed }) => [middleRepeats, width, seed])).toEqual([
      [0, 0.125, 1],
      [0, 0.125, 2],
      [0, 0.25, 1],
      [0, 0.25, 2],
      [2, 0.125, 1],
      [2, 0.125, 2],
      [2, 0.25, 1],
      [2, 0.25, 2],
    ]);
    expect(runs.every(({ steps, batchSize }) => steps === 20 && batchSize === 64)).toBe(true);
  });

  test("is planned with the counts of each network and a name for each run", () => {
    const { runs, leftOut } = planSweep(sweep, networkCosts);
    expect(leftOut).toEqual([]);
    expect(runs[0]).toMatchObject({
      name: "Middle-flow repeats 0, Width multiplier 0.125, Seed 1",
      id: "middleRepeats=0,width=0.125,seed=1",
    });
    const costs = networkCosts({ ...oneMinute.settings, middleRepeats: 0, width: 0.125 });
    expect({ parameters: runs[0]?.parameters, macs: runs[0]?.macs }).toEqual(costs);
    expect(new Set(runs.map(({ parameters }) => parameters)).size).toBe(4);
  });

  test("of one value is in the folder's name and not in the run's", () => {
    const { runs } = planSweep(swept({ vary: { width: [0.25], seed: [1, 2] } }), networkCosts);
    expect(runs.map(({ name, id }) => [name, id])).toEqual([
      ["Seed 1", "width=0.25,seed=1"],
      ["Seed 2", "width=0.25,seed=2"],
    ]);
  });

  test("leaves out what would be the same run twice, and says which", () => {
    const kinds = swept({
      vary: { convolution: ["separable", "ordinary"], intermediateActivation: ["none", "relu"] },
    });
    const { runs, leftOut } = planSweep(kinds, networkCosts);
    expect(runs.map(({ name }) => name)).toEqual([
      "Convolution Separable, Intermediate activation None",
      "Convolution Separable, Intermediate activation ReLU",
      "Convolution Ordinary",
    ]);
    expect(leftOut).toEqual([
      {
        name: "Convolution Ordinary, Intermediate activation ReLU",
        reason:
          "It is the same run as “Convolution Ordinary”: Intermediate activation ReLU has no effect there.",
      },
    ]);
  });

  test("leaves out networks that cannot be built, with the reason", () => {
    const small = swept({
      settings: { stemPadding: "valid" },
      vary: { inputSize: [28, 64], network: ["xception", "reproduction-v1"] },
    });
    const { runs, leftOut } = planSweep(small, (settings) => {
      return settings.inputSize === 28 ? "Too small." : { parameters: 1, macs: 1 };
    });
    expect(runs).toHaveLength(2);
    expect(leftOut.map(({ reason }) => reason)).toEqual(["Too small.", "Too small."]);
  });
});

describe("a sample", () => {
  const vary = {
    learningRate: { from: 0.0001, to: 0.1, scale: "log" },
    middleRepeats: { from: 0, to: 8 },
    convolution: ["separable", "ordinary"],
  };

  test("is drawn by its seed: the same again, and another by another", () => {
    const draw = (seed: number) => combinationsOf(swept({ vary, sample: { runs: 12, seed } }));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
  });

  test("has different combinations inside the rules of their settings", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const runs = combinationsOf(swept({ vary, sample: { runs: 20, seed } }));
        expect(new Set(runs.map((settings) => JSON.stringify(settings))).size).toBe(20);
        for (const { learningRate, middleRepeats } of runs) {
          expect(learningRate).toBeGreaterThanOrEqual(0.0001);
          expect(learningRate).toBeLessThanOrEqual(0.1);
          expect(Number.isInteger(middleRepeats)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("by logarithms has about as many small numbers as large ones", () => {
    const runs = combinationsOf(swept({ vary, sample: { runs: 200 } }));
    const small = runs.filter(({ learningRate }) => learningRate < Math.sqrt(0.0001 * 0.1));
    expect(small.length).toBeGreaterThan(70);
    expect(small.length).toBeLessThan(130);
  });

  test("of as many runs as there are combinations has all of them", () => {
    const few = { middleRepeats: [0, 1, 2], seed: [1, 2] };
    expect(combinationsOf(swept({ vary: few, sample: { runs: 6 } }))).toHaveLength(6);
    expect(wrongFields({ ...FILE, vary: few, sample: { runs: 7 } })).toEqual(["sample.runs"]);
  });
});

describe("a description", () => {
  test("is refused by field, all wrong ones at once", () => {
    expect(
      wrongFields({
        ...FILE,
        settings: { steps: -1, hight: 3, width: 0.5 },
        vary: { width: [0.25, 7, 0.25], seed: { from: 1, to: 5 } },
      }),
    ).toEqual([
      "settings.steps",
      "settings.hight",
      "vary.width",
      "vary.width[1]",
      "vary.width[2]",
      "vary.seed",
    ]);
  });

  test.each([
    ["no record", 5, ["The sweep"]],
    ["nothing", {}, ["version", "recipe", "vary"]],
    ["another version", { ...FILE, version: 2, vary: { seed: [1] } }, ["version"]],
    ["an unknown field", { ...FILE, vary: { seed: [1] }, seeds: 3 }, ["seeds"]],
    ["nothing that varies", { ...FILE, vary: {} }, ["vary"]],
    ["an empty list", { ...FILE, vary: { seed: [] } }, ["vary.seed"]],
    ["too many runs", { ...FILE, vary: { seed: range(30), steps: range(30) } }, ["vary"]],
    [
      "a range that descends",
      { ...FILE, vary: { width: { from: 1, to: 0.5 } }, sample: { runs: 2 } },
      ["vary.width"],
    ],
    ["files of a person", { ...FILE, vary: { dataSet: ["starter", "arrays"] } }, ["dataSet"]],
    [
      "a setting without effect",
      { ...FILE, settings: { momentum: 0.5 }, vary: { seed: [1, 2] } },
      ["settings.momentum"],
    ],
  ])("with %s is refused", (_, value, fields) => {
    expect(wrongFields(value)).toEqual(fields);
  });

  test("comes back from its file as it was", () => {
    const sweep = swept({
      name: "Rates",
      settings: { budget: "steps", steps: 5, residual: "off", exitFilters: [8, 16, 24, 32] },
      vary: { learningRate: { from: 0.001, to: 0.1, scale: "log" }, seed: [1, 2] },
      sample: { runs: 3, seed: 7 },
    });
    expect(swept(sweepFile(sweep))).toEqual(sweep);
    expect(sweepFile(sweep).settings).toEqual({
      residual: false,
      exitFilters: [8, 16, 24, 32],
      steps: 5,
    });
  });
});

test("the time is that of the measured step with the closest work, in proportion to the work", () => {
  const run = (macs: number, steps: number) => ({
    macs,
    settings: { ...oneMinute.settings, batchSize: 10, budget: "steps" as const, steps },
  });
  const measured = [
    { macs: 1000, stepMs: 2 },
    { macs: 100_000, stepMs: 100 },
  ];
  expect(estimatedMs([run(200, 5), run(5000, 3)], measured, 60_000)).toBeCloseTo(5 * 4 + 3 * 50);
  expect(estimatedMs([run(200, 5)], [], 60_000)).toBeNull();
});

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index + 1);
}
