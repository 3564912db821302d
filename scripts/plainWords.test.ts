import { describe, expect, test } from "vitest";
import { privateWordsIn } from "./plainWords.ts";

const found = (text: string, isProse = false) =>
  privateWordsIn(text, isProse).map(({ line, words }) => [line, words]);

describe("private words", () => {
  test.each([
    ["then all meet", "barrier"],
    ["each four is spoken to all lanes", "broadcast"],
    ["everything else is laid out in rows", "im2col"],
    ["between the halves", "half precision"],
    ["whoever reads it", "the caller"],
    ["our losses are held against the reference", "compared with"],
    ["the file lies beside the page", "is in"],
    ["after so many steps", "this many"],
  ])("in a comment, %s names the standard term %s", (words, standard) => {
    const [only, ...more] = privateWordsIn(`/** This says ${words}. */`, false);
    expect(only?.standard).toContain(standard);
    expect(more).toEqual([]);
  });

  test("are found in every kind of comment, with their line, and across its lines", () => {
    const code = [
      "/**",
      " * The losses are held",
      " * against the reference.",
      " */",
      "const a = 1; // nobody reads this",
      "  {/* somebody presses it */}",
      "  // It is built anew.",
    ].join("\n");
    expect(found(code)).toEqual([
      [2, "held against"],
      [5, "nobody"],
      [6, "somebody"],
      [7, "anew"],
    ]);
    expect(found("# It is built anew.\nx = 1")).toEqual([[1, "anew"]]);
    expect(found("/* It is built anew. */\n.a {}")).toEqual([[1, "anew"]]);
  });

  test("count in comments only, and not in names", () => {
    const code = [
      'const halves = "the halves of nobody";',
      'import "./halves.ts";',
      "// The types are in `halves.ts`, not in the text of `the halves`.",
      'const glob = "src/**/*.ts"; const whoever = anew;',
    ].join("\n");
    expect(found(code)).toEqual([]);
  });

  test("count in prose, but not in quoted code", () => {
    expect(found("Nobody reads it.\n\n    nobody\n\n`nobody`", true)).toEqual([[1, "Nobody"]]);
  });

  test("leave standard words alone", () => {
    const words =
      "Threads wait at a barrier. The pool halves the map. There are so many files that the list is cut.";
    expect(found(`// ${words}`)).toEqual([]);
  });
});
