import { expect, test } from "vitest";
import { matrixFits } from "./matrixFits.ts";

const SPACES = {
  phone: { width: 320, height: 300 },
  column: { width: 420, height: 300 },
  large: { width: 620, height: 400 },
};

test.each([
  [10, SPACES.phone, 60, true],
  [10, SPACES.column, 60, true],
  [20, SPACES.column, 45, false],
  [20, SPACES.large, 45, true],
  [43, SPACES.large, 45, false],
  [100, SPACES.large, 45, false],
  [256, SPACES.large, 45, false],
])("%i classes in %o with names of %i px: %s", (numClasses, space, name, fits) => {
  expect(matrixFits(numClasses, space, name)).toBe(fits);
});
