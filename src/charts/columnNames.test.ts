import { expect, test } from "vitest";
import { columnNameOverhang } from "./columnNames.ts";

test("a long last name reaches beyond its column, a short one in a wide column does not", () => {
  const long = columnNameOverhang([40, 60], 11, 200);
  expect(long).toBeCloseTo(60 * Math.cos(0.8378) + 11 * Math.sin(0.8378) - 35, 1);
  expect(columnNameOverhang([40, 22], 11, 400)).toBe(0);
});
