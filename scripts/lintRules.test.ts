/** Checks that the rules of `scripts/lint/` refuse code that breaks them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { expect, test } from "vitest";
import { REPOSITORY } from "./repository.ts";

const REFUSED = [
  "list.push(...items)",
  "list.unshift(1, ...items)",
  "list.splice(0, 3, ...items)",
  "Math.max(...items)",
  "Math.min(0, ...items.map((item) => item + 1))",
  "Math.hypot(...items, 1)",
  "String.fromCharCode(...items)",
];
const ALLOWED = ["list.push([...items])", "Math.max(1, items.length)", "call(...items)"];

/** Returns the lines, from 0, that the rule reports. */
function complaints(rule: string, lines: readonly string[]): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  try {
    // Leaves out the project's other rules, some of which read every file.
    const plugins = [join(REPOSITORY, "scripts", "lint", rule)];
    const config = { root: true, plugins, linter: { rules: { recommended: false } } };
    writeFileSync(join(folder, "biome.json"), JSON.stringify(config));
    writeFileSync(join(folder, "planted.ts"), `${lines.join(";\n")};\n`);
    const biome = join(REPOSITORY, "node_modules", "@biomejs", "biome", "bin", "biome");
    const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "planted.ts"];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    return v
      .parse(report, JSON.parse(stdout))
      .diagnostics.map(({ location }) => location.start.line - 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const report = v.object({
  diagnostics: v.array(v.object({ location: v.object({ start: v.object({ line: v.number() }) }) })),
});

test("a list spread into a call that may be long is refused, and others are not", () => {
  const lines = [...REFUSED, ...ALLOWED];
  expect(complaints("noSpreadIntoCalls.grit", lines)).toEqual([...REFUSED.keys()]);
});
