import fc from "fast-check";
import { expect, test } from "vitest";
import { splitNote, withShares } from "../../core/ownSplit.ts";
import { holdOut } from "./heldOut.ts";
import { countsOf } from "./labels.ts";

const shares = fc.record({
  ownValidationShare: fc.integer({ min: 5, max: 40 }),
  ownTestShare: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
  seed: fc.nat(1000),
});
const fail = (label: number, numImages: number, least: number) =>
  new Error(`${label}: ${numImages} of ${least}`);
const WHY = "The table is in one part";

test("each class is divided by the shares and the seed, and the page counts the same", () => {
  const sizes = fc.array(fc.integer({ min: 3, max: 60 }), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(sizes, shares, (counts, options) => {
      const labels = Uint8Array.from(
        counts.flatMap((count, label) => Array.from({ length: count }, () => label)),
      );
      const { kept, validation, test: tested } = holdOut(labels, counts.length, options, fail);
      expect(holdOut(labels, counts.length, options, fail).kept).toEqual(kept);
      const parts = options.ownTestShare === 0 ? [kept, validation] : [kept, validation, tested];
      expect(parts.flat().toSorted((one, other) => one - other)).toEqual([...labels.keys()]);
      if (options.ownTestShare === 0) expect(tested).toBe(validation);

      const countsIn = (part: readonly number[]) =>
        countsOf(
          Uint8Array.from(part, (index) => labels[index] ?? 0),
          counts.length,
        );
      counts.forEach((count, label) => {
        const expected = Math.max(1, Math.floor((count * options.ownValidationShare) / 100));
        expect(countsIn(validation)[label]).toBe(expected);
      });
      const own = {
        files: [],
        notes: [`${WHY}: as before.`, "Another."],
        whole: { counts, why: WHY },
      };
      const description = withShares(
        {
          ...{ id: "csv", title: "Table", classes: counts.map(String), numTrain: 1, numTest: 1 },
          ...{ height: 1, width: 1, channels: 1, sizeBytes: 1, numShards: 1, fallbackReason: "" },
          own: { ...own, trainCounts: [], testCounts: [] },
        },
        options,
      );
      expect(description).toMatchObject({
        numTrain: kept.length,
        numTest: tested.length,
        own: {
          trainCounts: countsIn(kept),
          testCounts: countsIn(tested),
          notes: [splitNote(WHY, options), "Another."],
        },
      });
    }),
    { numRuns: 100 },
  );
});

test("a class with too few images to have one in each part is refused", () => {
  const options = { seed: 1, ownValidationShare: 20, ownTestShare: 0 };
  const of = (...labels: number[]) => Uint8Array.from(labels);
  expect(() => holdOut(of(0, 0, 1), 2, options, fail)).toThrow("1: 1 of 2");
  expect(() => holdOut(of(0, 0, 0, 1, 1), 2, { ...options, ownTestShare: 20 }, fail)).toThrow(
    "1: 2 of 3",
  );
  expect(splitNote(WHY, options)).toBe(
    "The table is in one part: 20 % of each class, drawn by the seed, validate and test.",
  );
  expect(splitNote(WHY, { ownValidationShare: 10, ownTestShare: 30 })).toBe(
    "The table is in one part: 10 % of each class, drawn by the seed, validate, and 30 % test.",
  );
});
