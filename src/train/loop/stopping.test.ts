import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WorkerEvent } from "../../protocol/events.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { createStopping, endingOf } from "./stopping.ts";

const SETTINGS: Settings = oneMinute.settings;

/** Returns the reason after validations with these accuracies. */
function reasonAfter(
  accuracies: readonly number[],
  changes: Partial<Settings>,
  trainMs = 0,
): string | undefined {
  const stopping = createStopping();
  for (const [at, accuracy] of accuracies.entries()) stopping.validated({ step: at + 1, accuracy });
  return stopping.reason({ ...SETTINGS, ...changes }, trainMs);
}

describe("a run", () => {
  test("goes on as long as nothing is set", () => {
    expect(reasonAfter([1, 0, 0, 0, 0], {}, 1e12)).toBeUndefined();
  });

  test("stops at its time limit, in minutes spent in steps", () => {
    expect(reasonAfter([], { timeLimit: 1.5 }, 89_999)).toBeUndefined();
    expect(reasonAfter([], { timeLimit: 1.5 }, 90_000)).toBe(
      "the time limit of 1 min 30 s has been reached",
    );
  });

  test("stops at the accuracy of its newest validation", () => {
    expect(reasonAfter([0.899], { stopAccuracy: 90 })).toBeUndefined();
    expect(reasonAfter([0.5, 0.9], { stopAccuracy: 90 })).toBe(
      "validation has reached an accuracy of 90.0 %, and the target is 90 %",
    );
  });

  test.each([
    [[0.5, 0.5], { patience: 1 }, true],
    [[0.5], { patience: 1 }, false],
    [[0.5, 0.4, 0.6, 0.5], { patience: 2 }, false],
    [[0.5, 0.4, 0.6, 0.5, 0.6], { patience: 2 }, true],
    // As Keras counts: small gains add up until one exceeds the last improvement by more than the least one.
    [[0.5, 0.505, 0.509], { patience: 2, minImprovement: 1 }, true],
    [[0.5, 0.505, 0.511], { patience: 2, minImprovement: 1 }, false],
  ] as const)("with validations %j and %j stops: %s", (accuracies, changes, stops) => {
    expect(reasonAfter(accuracies, changes) !== undefined).toBe(stops);
  });

  test("that goes on from a checkpoint, within a validation or not, stops where it would have", () => {
    const accuracy = fc.double({ min: 0, max: 1, noNaN: true });
    const some = fc.array(accuracy, { maxLength: 12 });
    fc.assert(
      fc.property(some, some, fc.boolean(), fc.nat(4), (early, late, repeats, patience) => {
        const whole = reasonAfter([...early, ...late], { patience });
        const history = early.map((value, at) => ({
          ...{ type: "validation.completed", runId: "r", whole: false, step: at + 1 },
          ...{ loss: 1, accuracy: value, numImages: 1, confusion: new Uint32Array() },
          ...{ labels: new Uint8Array(), predicted: new Uint8Array() },
          probabilities: new Float32Array(),
        })) satisfies WorkerEvent[];
        const resumed = createStopping(history);
        const last = early.at(-1);
        if (repeats && last !== undefined)
          resumed.validated({ step: early.length, accuracy: last });
        for (const [at, value] of late.entries())
          resumed.validated({ step: early.length + at + 1, accuracy: value });
        expect(resumed.reason({ ...SETTINGS, patience }, 0)).toBe(whole);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the end of a run", () => {
  const best = { step: 412, loss: 1, accuracy: 0.9, numImages: 10, weights: new Map() };

  test("says nothing when the length was reached", () => {
    const { words, restored } = endingOf(undefined, SETTINGS, { step: 500, best });
    expect({ words, restored }).toEqual({ words: "", restored: undefined });
  });

  test("restores the best weights where that is set, and says of which step they are", () => {
    const settings = { ...SETTINGS, restoreBest: true };
    const ended = endingOf(undefined, settings, { step: 500, best });
    expect(ended).toEqual({
      words: "The best weights, of step 412, were restored.",
      restored: best,
    });
    expect(endingOf("x", settings, { step: 412, best })).toEqual({
      words: "Stopped: x.",
      restored: undefined,
    });
    expect(endingOf("x", settings, { step: 5, best: null }).restored).toBeUndefined();
  });
});
