/** Checks every `import()` of the page: each must go through one of a few functions that handle a failed load. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../../core/errors.ts";
import { loadFailure } from "./loadFailure.ts";

const SOURCE = join(import.meta.dirname, "../..");
const FOLDERS = ["ui", "charts", "diagram", "store", "client"];
/**
 * The functions that take the promise of an import. All of them wait for the network or report that it is gone; of `loadList`
 * and `loadPopover` the callers do.
 */
const KEEPERS = /(lazyPlace|lazyDialog|useLoadedDialog|untilThere|loadList|loadPopover)\([^;]*$/;

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(SOURCE, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /[.]tsx?$/.test(name) && !/[.]test[.]tsx?$/.test(name))
    .map((name) => join(SOURCE, folder, name)),
).concat(join(SOURCE, "main.tsx"));

/** The part of the statement before each `import()`. */
const imports = files.flatMap((file) => {
  const code = readFileSync(file, "utf8");
  return [...code.matchAll(/(?<!typeof )\bimport\(/g)].map(({ index }) => {
    const before = code.slice(0, index).replace(/\/\*.*?\*\//gs, "");
    return [file.slice(SOURCE.length + 1), before.slice(before.lastIndexOf(";") + 1)] as const;
  });
});

describe("an import() of the page", () => {
  test("is found wherever it is", () => {
    expect(imports.length).toBeGreaterThan(15);
  });

  test.each(imports.filter(([file]) => file !== "main.tsx"))(
    "in %s is one that waits for the network or says that it is gone",
    (_, before) => {
      expect(before).toMatch(KEEPERS);
    },
  );

  test("is never kept by React, which keeps failures too", () => {
    for (const file of files)
      expect([file, /\blazy\b.*from "react"/s.test(readFileSync(file, "utf8"))]).toEqual([
        file,
        false,
      ]);
  });
});

const fault = (code: "program.unreachable" | "program.outdated", isTemporary: boolean) =>
  new PlaygroundError({
    ...{ code, where: "A.js", rule: "no", remedy: "Wait." },
    context: { isTemporary, reason: "HTTP 503" },
  });

test("the words for a part that did not come are about its cause", () => {
  expect(loadFailure(fault("program.unreachable", true))).toEqual({
    text: "Check the connection and press again (HTTP 503).",
    isOutdated: false,
  });
  expect(loadFailure(fault("program.outdated", false))).toMatchObject({ isOutdated: true });
  expect(loadFailure(new Error("x is not a function")).text).toBe(
    "Please report this: x is not a function",
  );
});
