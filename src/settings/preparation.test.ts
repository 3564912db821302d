import { describe, expect, test } from "vitest";
import { linearPreparation } from "./preparation.ts";

describe("linear preparations", () => {
  test("leave an image that is standardised to the engine", () => {
    expect(linearPreparation("standardize", 1)).toBeUndefined();
  });

  test.each([
    ["unit", 0, 1],
    ["symmetric", -1, 1],
  ] as const)(
    "take the darkest and the brightest byte to the ends of the range: %s",
    (choice, low, high) => {
      const linear = linearPreparation(choice, 1);
      expect(linear?.offsets).toEqual([low]);
      expect(255 * (linear?.scale ?? 0) + low).toBeCloseTo(high, 12);
    },
  );

  test("have an offset for every channel", () => {
    expect(linearPreparation("symmetric", 3)?.offsets).toEqual([-1, -1, -1]);
  });

  test("as printed are refused without colours, beside the control", () => {
    expect(() => linearPreparation("printed", 1)).toThrowError(
      expect.objectContaining({
        code: "setting.invalid",
        context: expect.objectContaining({ setting: "preparation" }),
      }),
    );
  });
});
