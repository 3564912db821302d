/** Checks that each decision (ADR) has a unique number, in the name of its file and in its title. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { REPOSITORY } from "./repository.ts";

const FOLDER = join(REPOSITORY, "docs", "adr");

test("every decision has the next number, in its file's name and in its title", () => {
  const numbers = readdirSync(FOLDER).map((name) => {
    const title = readFileSync(join(FOLDER, name), "utf8").split("\n")[0] ?? "";
    return { inName: Number(name.slice(0, 4)), inTitle: Number(/^# (\d+)[.] /.exec(title)?.[1]) };
  });
  const inOrder = numbers.map((_, index) => ({ inName: index + 1, inTitle: index + 1 }));
  expect(numbers).toEqual(inOrder);
});
