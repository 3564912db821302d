import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { greatestOf, leastOf } from "../core/numbers.ts";
import { comparedSettings, frontOf, seedGroups } from "./compareRuns.ts";
import { EVERY_RUN, foundRuns, tagsOf } from "./findRuns.ts";
import { runsToRemove, usageOf } from "./runBudget.ts";
import { decimated, folded, lineOf, smoothed, valueAt } from "./runCurves.ts";
import { lastMatrix, matrixAt, rowShares, shareDifference } from "./runMatrices.ts";
import { changesOf, runName, setUpName } from "./runName.ts";
import { curvesCsv, figuresCsv, matrixCsv, settingsCsv } from "./runTables.ts";
import { madeRecord } from "./testRecords.ts";

const made = (id: string, more: Omit<Parameters<typeof madeRecord>[0], "id"> = {}) =>
  madeRecord({ id, ...more });
const headOf = (id: string, more: Omit<Parameters<typeof madeRecord>[0], "id"> = {}) =>
  made(id, more).head;

describe("the name of a run", () => {
  const { settings, recipeId } = headOf("a");

  test("is the recipe's title when nothing differs", () => {
    expect(runName(recipeId, settings)).toBe("One minute on any computer");
  });

  test("says what differs, the first three and how many more", () => {
    const changed = { ...settings, width: 0.5, seed: 2 };
    expect(runName(recipeId, changed)).toBe(
      "One minute on any computer: Width multiplier 0.5, Seed 2",
    );
    const many = { ...changed, batchSize: 8, holdOut: 50, middleRepeats: 2 };
    expect(runName(recipeId, many)).toMatch(/, .+, .+ and 2 more$/);
  });

  test("of a set-up leaves out the seed", () => {
    expect(setUpName(recipeId, { ...settings, width: 0.5, seed: 2 })).toBe(
      "One minute on any computer: Width multiplier 0.5",
    );
  });

  test("leaves out what has no effect, and an unknown recipe has its id", () => {
    expect(changesOf(recipeId, { ...settings, momentum: 0.1 })).toEqual([]);
    expect(runName("of-another-version", settings)).toBe("of-another-version");
  });
});

describe("curves", () => {
  const { head, body } = made("a");

  test("go over steps, epochs, seconds, images and multiplications", () => {
    const xs = (axis: Parameters<typeof lineOf>[3]) => [
      ...lineOf(head, body, "training loss", axis).x,
    ];
    expect(xs("step")).toEqual([10, 20, 30, 40]);
    expect(xs("epoch")).toEqual([0.5, 1, 1.5, 2]);
    expect(xs("time")).toEqual([0.05, 0.1, 0.15, 0.2]);
    expect(xs("images")).toEqual([320, 640, 960, 1280]);
    expect(xs("macs")).toEqual([320, 640, 960, 1280].map((images) => 3 * 2000 * images));
  });

  test("of a run whose plan is unknown are at 0 images", () => {
    const line = lineOf({ ...head, plan: null }, body, "validation accuracy", "images");
    expect([...line.x]).toEqual([0, 0, 0, 0]);
  });

  test("are smoothed without a bias towards zero", () => {
    const line = { x: Float64Array.of(1, 2, 3), y: Float64Array.of(2, 2, 2) };
    expect([...smoothed(line, 0.9).y]).toEqual([2, 2, 2].map((y) => expect.closeTo(y, 12)));
    expect(smoothed(line, 0).y).toBe(line.y);
  });

  test("keep ends, lowest and highest points when they are reduced", () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 400,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 4, max: 50 }), (ys, numColumns) => {
        const line = { x: Float64Array.from(ys, (_, index) => index), y: Float64Array.from(ys) };
        const { x, y } = decimated(line, Math.max(1, ys.length - 1), numColumns);
        expect(x.length).toBeLessThanOrEqual(Math.max(2 * numColumns + 4, 4));
        expect(x[0]).toBe(0);
        expect(x.at(-1)).toBe(ys.length - 1);
        expect(leastOf(y)).toBe(leastOf(line.y));
        expect(greatestOf(y)).toBe(greatestOf(line.y));
        for (const [index, place] of x.entries()) {
          expect(y[index]).toBe(line.y[place]);
          if (index > 0) expect(place).toBeGreaterThan(x[index - 1] ?? 0);
        }
      }),
    );
  });

  test("are read at the newest point before a position", () => {
    const line = { x: Float64Array.of(10, 20), y: Float64Array.of(1, 2) };
    expect([5, 10, 19, 20, 99].map((x) => valueAt(line, x))).toEqual([undefined, 1, 1, 2, 2]);
  });

  test("of several seeds fold into mean and standard deviation, as far as all of them go", () => {
    const x = Float64Array.of(1, 2, 3);
    const {
      x: places,
      y,
      low,
      high,
    } = folded([
      { x, y: Float64Array.of(1, 2, 3) },
      { x: x.slice(0, 2), y: Float64Array.of(3, 4) },
    ]);
    expect([...places]).toEqual([1, 2]);
    expect([...y]).toEqual([2, 3]);
    expect(high[0]).toBeCloseTo(2 + Math.SQRT2, 12);
    expect(low[0]).toBeCloseTo(2 - Math.SQRT2, 12);
  });
});

describe("compared runs", () => {
  const heads = [
    headOf("a"),
    headOf("b", { changes: { seed: 2 } }),
    headOf("c", { changes: { width: 0.5, optimizer: "sgd" } }),
  ];

  test("show what differs, and a dash for what has no effect", () => {
    const differing = comparedSettings(heads).filter(({ differs }) => differs);
    expect(differing.map(({ label, texts }) => [label, ...texts])).toEqual(
      expect.arrayContaining([
        ["Width multiplier", "0.125", "0.125", "0.5"],
        ["Seed", "1", "2", "1"],
        ["Momentum", "–", "–", "0.9"],
      ]),
    );
    expect(comparedSettings([heads[0] ?? headOf("a")]).every(({ differs }) => !differs)).toBe(true);
  });

  test("are grouped when their seeds alone differ", () => {
    expect(seedGroups(heads).map((group) => group.map(({ id }) => id))).toEqual([
      ["a", "b"],
      ["c"],
    ]);
  });

  test("on the front are cheaper or more accurate than all others", () => {
    const points = [
      { cost: 3, accuracy: 0.9 },
      { cost: 1, accuracy: 0.5 },
      { cost: 2, accuracy: 0.4 },
      { cost: 1, accuracy: 0.6 },
    ];
    expect(frontOf(points)).toEqual([
      { cost: 1, accuracy: 0.6 },
      { cost: 3, accuracy: 0.9 },
    ]);
  });

  test("are written as tables", () => {
    const [first] = heads;
    if (first === undefined) throw new Error("there is one");
    expect(figuresCsv([first]).split("\r\n")[0]).toMatch(/^run,id,outcome,seed,Test accuracy/);
    expect(settingsCsv([first], comparedSettings([first]))).toContain("Width multiplier,0.125");
    const { body } = made("a");
    const [matrix] = body.matrices;
    if (matrix === undefined) throw new Error("there is one");
    expect(matrixCsv(body.classes, matrix).split("\r\n")[1]).toBe("Shirt,1,2,0");
    const line = { x: Float64Array.of(1, 2), y: Float64Array.of(5, 6) };
    const other = { x: Float64Array.of(2, 3), y: Float64Array.of(7, 8) };
    expect(
      curvesCsv("step", [
        { name: "a", line },
        { name: "b", line: other },
      ]),
    ).toBe("step,a,b\r\n1,5,\r\n2,6,7\r\n3,,8\r\n");
  });
});

describe("the list", () => {
  const heads = [
    headOf("a", { head: { startedAt: 1, tags: ["class 9"] } }),
    headOf("b", {
      changes: { optimizer: "sgd" },
      head: { startedAt: 3, pinned: true, notes: "the good one" },
    }),
    headOf("c", { head: { startedAt: 2, outcome: "failed", kind: "race" } }),
    headOf("d", { head: { startedAt: 4, deletedAt: 5, tags: ["gone"] } }),
  ];
  const ids = (change: Partial<typeof EVERY_RUN>) =>
    foundRuns(heads, { ...EVERY_RUN, ...change }).map(({ id }) => id);

  test("finds by name, setting, tag and note, and never what was deleted", () => {
    expect(ids({})).toEqual(["b", "c", "a"]);
    expect(ids({ words: "SGD minute" })).toEqual(["b"]);
    expect(ids({ words: "good" })).toEqual(["b"]);
    expect(ids({ words: "class 9" })).toEqual(["a"]);
    expect(ids({ tag: "class 9" })).toEqual(["a"]);
    expect(tagsOf(heads)).toEqual(["class 9"]);
  });

  test("filters and sorts", () => {
    expect(ids({ kind: "race" })).toEqual(["c"]);
    expect(ids({ outcome: "finished", order: "oldest" })).toEqual(["a", "b"]);
    expect(ids({ pinnedOnly: true })).toEqual(["b"]);
  });
});

describe("the room for runs", () => {
  const heads = [
    headOf("new", { head: { updatedAt: 9, sizeBytes: 100 } }),
    headOf("old", { head: { updatedAt: 1, sizeBytes: 100 } }),
    headOf("pinned", { head: { updatedAt: 0, sizeBytes: 100, pinned: true } }),
    headOf("deleted", { head: { updatedAt: 8, sizeBytes: 100, deletedAt: 8, pinned: true } }),
  ];
  const removed = (limit: number, recording: readonly string[] = []) =>
    runsToRemove(heads, limit, 0, new Set(recording)).map(({ id }) => id);

  test("is made by removing deleted runs, then the oldest without a pin", () => {
    expect(removed(400)).toEqual([]);
    expect(removed(300)).toEqual(["deleted"]);
    expect(removed(200)).toEqual(["deleted", "old"]);
    expect(removed(0)).toEqual(["deleted", "old", "new"]);
    expect(removed(0, ["old"])).toEqual(["deleted", "new"]);
  });

  test("is a tenth of what the browser gives at most", () => {
    expect(usageOf(heads, 1000)).toEqual({ numRuns: 4, bytes: 400, limitBytes: 100 });
    expect(usageOf(heads, null).limitBytes).toBe(200_000_000);
  });
});

describe("matrices", () => {
  const { body } = made("a");

  test("are shares of each row", () => {
    const [first] = body.matrices;
    if (first === undefined) throw new Error("there is one");
    expect([...rowShares(first, 3)]).toEqual([1 / 3, 2 / 3, 0, 1 / 3, 2 / 3, 0, 0, 0, 1]);
  });

  test("are subtracted when the classes are the same", () => {
    const [matrix, later] = body.matrices;
    if (matrix === undefined || later === undefined) throw new Error("there are two");
    const difference = shareDifference({ body, matrix }, { body, matrix: later });
    expect(difference?.[0]).toBeCloseTo(2 / 3, 12);
    const other = { ...body, classes: ["x", "y", "z"] };
    expect(shareDifference({ body, matrix }, { body: other, matrix })).toBeNull();
  });

  test("at the end are those of the test", () => {
    expect(lastMatrix(body)?.source).toBe("test");
    expect(matrixAt(body, 0)?.step).toBe(10);
    expect(matrixAt(body, 1)?.source).toBe("test");
    expect(matrixAt({ ...body, matrices: [] }, 0.5)).toBeUndefined();
  });
});
