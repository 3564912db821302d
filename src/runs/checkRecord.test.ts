import { describe, expect, test } from "vitest";
import { serializeError } from "../core/errors.ts";
import { checkBody, checkHead } from "./checkRecord.ts";
import { madeRecord } from "./testRecords.ts";

const { head, body } = madeRecord({ id: "a" });

function codeOf(check: () => unknown): string {
  try {
    check();
    return "none";
  } catch (error) {
    return serializeError(error).code;
  }
}

describe("a stored head", () => {
  test("passes unchanged", () => {
    expect(checkHead(structuredClone(head), "a")).toEqual(head);
  });

  test("of another version keeps the settings that this program knows, and the others are the recipe's", () => {
    const { width: _width, ...settings } = { ...head.settings, ofTomorrow: 1 };
    expect(checkHead({ ...head, settings }, "a").settings).toEqual(head.settings);
  });

  test("of a newer version is refused with its version", () => {
    expect(() => checkHead({ ...head, version: 2 }, "a")).toThrow(/newer version.*version 2/);
  });

  test.each([
    ["no object", null],
    ["a missing id", { ...head, id: undefined }],
    ["another outcome", { ...head, outcome: "won" }],
    [
      "a loss that is no number",
      {
        ...head,
        figures: { ...head.figures, training: { step: 1, loss: Number.NaN, accuracy: 0 } },
      },
    ],
    [
      "an accuracy above 1",
      { ...head, figures: { ...head.figures, best: { step: 1, loss: 1, accuracy: 1.1 } } },
    ],
    ["an endless name", { ...head, ownName: "a".repeat(1000) }],
    ["too many tags", { ...head, tags: Array.from({ length: 21 }, String) }],
  ])("with %s is refused", (_, value) => {
    expect(codeOf(() => checkHead(value, "a"))).toBe("run.invalid-record");
  });

  test("with a setting outside its rules is refused by the setting's name", () => {
    const settings = { ...head.settings, width: 7 };
    expect(() => checkHead({ ...head, settings }, "a")).toThrow(/Width multiplier/);
  });
});

describe("a stored body", () => {
  test("passes unchanged", () => {
    expect(checkBody(structuredClone(body), "a")).toEqual(body);
  });

  const { training, clock, matrices } = body;
  test.each([
    [
      "columns of different lengths",
      { ...body, training: { ...training, losses: new Float64Array(2) } },
    ],
    [
      "a loss that is not finite",
      {
        ...body,
        training: { ...training, losses: training.losses.map(() => Number.POSITIVE_INFINITY) },
      },
    ],
    ["steps that do not ascend", { ...body, clock: { ...clock, steps: clock.steps.map(() => 1) } }],
    [
      "an accuracy above 1",
      { ...body, training: { ...training, accuracies: training.accuracies.map(() => 2) } },
    ],
    ["a matrix of another size", { ...body, classes: ["one"] }],
    [
      "counts that do not add up",
      { ...body, matrices: matrices.map((one) => ({ ...one, numImages: 8 })) },
    ],
    ["numbers of another type", { ...body, training: { ...training, steps: [1, 2, 3, 4] } }],
    ["classes that are no names", { ...body, classes: [1, 2, 3] }],
  ])("with %s is refused", (_, value) => {
    expect(codeOf(() => checkBody(value, "a"))).toBe("run.invalid-record");
  });
});
