import { describe, expect, test } from "vitest";
import type { Settings } from "../settings/settings.ts";
import type { RunHead } from "./runRecord.ts";
import { heatTable, parallelAxes, sweepCsv, sweepGroups, valuesOf } from "./sweepResults.ts";
import { madeRecord } from "./testRecords.ts";

function swept(id: string, accuracy: number, changes: Partial<Settings>): RunHead {
  const { head } = madeRecord({ id, changes });
  const test = { step: 10, loss: 1, accuracy, numImages: 100 };
  return {
    ...head,
    kind: "sweep",
    group: { id: "sweep-1", title: "Depth", lane: id },
    figures: { ...head.figures, test },
    costs: { parameters: 1000 * accuracy, macs: 1 },
  };
}

const HEADS = [
  swept("a", 0.5, { middleRepeats: 10, convolution: "ordinary", seed: 1 }),
  swept("b", 0.7, { middleRepeats: 2, convolution: "separable", seed: 1 }),
  swept("c", 0.9, { middleRepeats: 2, convolution: "separable", seed: 2 }),
  swept("d", 0.8, { middleRepeats: 10, convolution: "separable", seed: 1 }),
];
const ORDINARY = madeRecord({ id: "alone" }).head;

describe("the results of a sweep", () => {
  test("are its recorded runs, the best first, and what differs in them", () => {
    const deleted = { ...swept("e", 1, { seed: 3 }), deletedAt: 1 };
    const [group, ...others] = sweepGroups([ORDINARY, ...HEADS, deleted]);
    expect(others).toEqual([]);
    expect(group).toMatchObject({
      id: "sweep-1",
      name: "Depth",
      keys: ["middleRepeats", "convolution", "seed"],
    });
    expect(group?.heads.map(({ id }) => id)).toEqual(["c", "d", "b", "a"]);
  });

  test("have numbers by size, and choices in the order of their control", () => {
    expect(valuesOf("middleRepeats", HEADS)).toEqual(["2", "10"]);
    expect(valuesOf("convolution", HEADS)).toEqual(["Separable", "Ordinary"]);
  });

  test("by two settings are means, with nothing where no run is", () => {
    expect(heatTable(HEADS, "middleRepeats", "convolution")).toEqual({
      columns: ["2", "10"],
      rows: ["Separable", "Ordinary"],
      means: [
        [expect.closeTo(0.8), null],
        [0.8, 0.5],
      ],
      mostRuns: 2,
    });
  });

  test("along axes have a place for every run", () => {
    const [group] = sweepGroups(HEADS);
    if (group === undefined) throw new Error("there is a sweep");
    const axes = parallelAxes(group);
    expect(axes.map(({ title }) => title)).toEqual([
      "Middle-flow repeats",
      "Convolution",
      "Seed",
      "Parameters",
      "Test accuracy",
    ]);
    expect(axes[0]?.places).toEqual([0, 1, 0, 1]);
    expect(axes.at(-1)?.places).toEqual([1, expect.closeTo(0.75), expect.closeTo(0.5), 0]);
    expect(axes.at(-1)?.ticks.map(({ text }) => text)).toEqual(["50.0 %", "70.0 %", "90.0 %"]);
  });

  test("are a table with a row for each run", () => {
    const [group] = sweepGroups(HEADS);
    if (group === undefined) throw new Error("there is a sweep");
    const [header, first] = sweepCsv(group).split("\r\n");
    expect(header).toMatch(/^run,outcome,middleRepeats,convolution,seed,Test accuracy/);
    expect(first).toMatch(/^c,finished,2,separable,2,0.9,/);
  });
});
