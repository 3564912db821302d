import fc from "fast-check";
import { expect, test } from "vitest";
import { csvText } from "./csv.ts";

test("plain cells stay plain, others are quoted, and a missing one is empty", () => {
  expect(
    csvText([
      ["step", "loss, mean"],
      [1, 0.5],
      [2, null],
      ['a "b"', "two\nlines"],
    ]),
  ).toBe('step,"loss, mean"\r\n1,0.5\r\n2,\r\n"a ""b""","two\nlines"\r\n');
});

/** A CSV reader that follows the grammar of RFC 4180, section 2. */
function readCsv(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows: string[][] = [];
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const [, quoted, plain = "", end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error("this is no CSV");
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

test("whatever is written is read back", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(",", '"', "\r", "\n", "a") }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(text, { minLength: 1 })), (rows) => {
      expect(readCsv(csvText(rows))).toEqual(rows);
    }),
  );
});
