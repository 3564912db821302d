import { describe, expect, it } from "vitest";
import { difference, TOLERANCE } from "./compiledEngine.ts";

describe("difference", () => {
  it("is a share of the largest output, or of 1", () => {
    expect(difference([0.5, 0.25], [0.5, 0.75])).toBe(0.5);
    expect(difference([4, -8], Float32Array.of(4, -6))).toBe(0.25);
  });

  it("is within no tolerance when a value is NaN or missing", () => {
    for (const got of [[1, Number.NaN], [1]])
      expect(difference([1, 2], got) <= TOLERANCE).toBe(false);
    expect(difference([1, Number.NaN], [1, 2]) <= TOLERANCE).toBe(false);
  });
});
