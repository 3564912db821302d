import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const text = readFileSync(join(root, "docs/reference-systems.md"), "utf8");
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (number|-)/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, number = "", place = "", held = ""]) => ({ number, place, held }));

describe("the table of the documents' numbers", () => {
  test("has rows for all five documents", () => {
    expect(text.match(/^## R\d/gm)).toEqual(["## R0", "## R1", "## R2", "## R3", "## R4"]);
    expect(rows.length).toBeGreaterThan(50);
  });

  test.each(rows)("$number: is shown somewhere, and held by a test or quoted", (row) => {
    expect(row.place).not.toBe("");
    if (row.held.startsWith("quoted: ")) return;
    const files = [...row.held.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
