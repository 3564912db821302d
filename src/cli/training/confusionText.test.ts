import { expect, test } from "vitest";
import { confusionText } from "./confusionText.ts";

const classes = (count: number) => Array.from({ length: count }, (_, at) => `class ${at}`);
const rows = (count: number) =>
  classes(count).map((_, row) => classes(count).map((_name, column) => (row === column ? 9 : row)));

test("few classes are a table", () => {
  expect(confusionText(rows(2), classes(2)).split("\n")).toHaveLength(4);
});

test("more than a terminal has room for are told by their most confused pairs", () => {
  const lines = confusionText(rows(256), classes(256)).split("\n");
  expect(lines).toHaveLength(22);
  expect(lines[1]).toBe("   255  class 255 taken for class 0");
  expect(lines.at(-1)).toMatch(/^and 65,\d{3} more pairs$/);
});
