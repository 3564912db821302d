import { describe, expect, test } from "vitest";
import { analyze } from "../../network/analyze.ts";
import { NETWORK_SIZES, parametersOf } from "../../network/matchParameters.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { oneMinute } from "../recipes/oneMinute.ts";
import { requireSameBatches } from "../sameBatches.ts";
import { EXPERIMENTS, experimentById } from "./registry.ts";
import { spreadOf, verdictText } from "./statistics.ts";

describe("the experiments", () => {
  test.each(EXPERIMENTS)(
    "$id has arms that can be built and get the same batches",
    (experiment) => {
      for (const base of [experiment.base, oneMinute.settings]) {
        const arms = experiment.arms(base, NETWORK_SIZES);
        expect(arms.length).toBeGreaterThanOrEqual(2);
        expect(new Set(arms.map(({ id }) => id)).size).toBe(arms.length);
        for (const { settings } of arms)
          expect(analyze(buildXception(settings)).params).toBeGreaterThan(0);
        requireSameBatches(arms.map(({ settings }) => settings));
      }
    },
  );

  test("the arms of figure 10 differ in what stands between the halves and have as many parameters", () => {
    const arms = experimentById("intermediate-activation").arms(oneMinute.settings, NETWORK_SIZES);
    expect(arms.map(({ settings }) => settings.intermediateActivation)).toEqual([
      "none",
      "relu",
      "elu",
    ]);
    expect(new Set(arms.map(({ settings }) => parametersOf(settings))).size).toBe(1);
  });

  test("figure 10 is asked of a separable network, whatever the current one is", () => {
    const ordinary = { ...oneMinute.settings, convolution: "ordinary" } as const;
    const kinds = experimentById("intermediate-activation").arms(ordinary, NETWORK_SIZES);
    expect(kinds.map(({ settings }) => settings.convolution)).toEqual(Array(3).fill("separable"));
  });

  test("the arms of equal parameters are within two hundredths of each other", () => {
    const { arms, base } = experimentById("equal-parameters");
    const [separable = 0, ordinary = 0] = arms(base, NETWORK_SIZES).map(({ settings }) =>
      parametersOf(settings),
    );
    expect(Math.abs(ordinary / separable - 1)).toBeLessThan(0.02);
  });

  test("an unknown one is refused with the names of those there are", () => {
    expect(() => experimentById("figure-11")).toThrow(
      /residuals, intermediate-activation, equal-parameters/,
    );
  });
});

describe("what seeds say", () => {
  test("mean and standard deviation of the sample", () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, spread: Math.sqrt(32 / 7) });
    expect(spreadOf([0.7])).toEqual({ mean: 0.7, spread: 0 });
  });

  test("a difference beyond the spread names who is ahead and by how much", () => {
    const text = verdictText([
      { name: "Without", accuracies: [0.7, 0.71, 0.72] },
      { name: "With", accuracies: [0.8, 0.81, 0.82] },
    ]);
    expect(text).toBe("Here “With” is ahead by 10.0 points over “Without”, with 3 seeds.");
  });

  test("a difference within the spread is no difference, and says so", () => {
    const text = verdictText([
      { name: "None", accuracies: [0.7, 0.8] },
      { name: "ReLU", accuracies: [0.72, 0.8] },
    ]);
    expect(text).toMatch(
      /^No difference beyond the spread of 2 seeds here: “ReLU” is ahead by 1.0 points/,
    );
  });

  test("of three, the one within the spread is told apart from the one beyond it", () => {
    const text = verdictText([
      { name: "None", accuracies: [0.8, 0.82] },
      { name: "ReLU", accuracies: [0.6, 0.62] },
      { name: "ELU", accuracies: [0.79, 0.82] },
    ]);
    expect(text).toBe(
      "Here “None” is ahead by 0.5 points over “ELU” and 20.0 points over “ReLU”, with 2 seeds. Against “ELU” that is within the spread.",
    );
  });

  test("one seed proves nothing, and says so", () => {
    const text = verdictText([
      { name: "A", accuracies: [0.7] },
      { name: "B", accuracies: [0.8] },
    ]);
    expect(text).toContain("One seed shows no spread");
  });

  test("without results there is nothing to compare", () => {
    expect(verdictText([{ name: "A", accuracies: [] }])).toBe("Nothing to compare yet.");
  });
});
