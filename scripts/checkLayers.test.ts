import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { REPOSITORY } from "./repository.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "layers-"));
  symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"), "junction");
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Writes `path: content` pairs as a small source tree and checks it by the project's own rules. */
function check(files: Readonly<Record<string, string>>) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const script = join(REPOSITORY, "scripts", "checkLayers.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--root", root], {
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

const value = "export const value = 1;\n";

describe("the layer check", () => {
  test("passes a tree that keeps to the table", () => {
    const { status, output } = check({
      "src/core/value.ts": value,
      "src/network/graph.ts": 'export { value } from "../core/value.ts";\n',
      "src/ui/Panel.tsx":
        'import { value } from "../network/graph.ts";\nexport const Panel = () => <p>{value}</p>;\n',
    });
    expect(output).toContain("no dependency violations found (3 modules");
    expect(status).toBe(0);
  });

  test("fails when it reads no module at all", () => {
    mkdirSync(join(root, "src", "core"), { recursive: true });
    const { status, output } = check({});
    expect(output).toContain("the checker read 0 modules");
    expect(status).toBe(1);
  });

  test.each([
    ["an import", 'import { value } from "../ui/value.ts";\nexport const copy = value;\n'],
    ["a type import", 'import type { Value } from "../ui/value.ts";\nexport type Copy = Value;\n'],
    ["a re-export", 'export { value } from "../ui/value.ts";\n'],
    ["a dynamic import", 'export const load = () => import("../ui/value.ts");\n'],
  ])("catches %s of ui/ in network/", (_, content) => {
    const { status, output } = check({
      "src/network/planted.ts": content,
      "src/ui/value.ts": `${value}export type Value = number;\n`,
    });
    expect(output).toContain("layer-network: src/network/planted.ts → src/ui/value.ts");
    expect(status).toBe(1);
  });

  test("names the rule of every planted violation", () => {
    const { status, output } = check({
      "src/core/value.ts": value,
      "src/core/first.ts": 'import "./second.ts";\n',
      "src/core/second.ts": 'import "./first.ts";\n',
      "src/network/clock.ts": 'import "node:fs";\n',
      "src/store/page.ts": 'import "react";\n',
      "src/client/state.ts": 'import "zustand/vanilla";\n',
      "src/charts/curve.ts": 'import "@tensorflow/tfjs-vis";\n',
      "src/diagram/Picture.tsx": 'import "@tensorflow/tfjs-vis";\nimport "react";\n',
      "src/train/loop.ts": 'import "@tensorflow/tfjs-core";\n',
      "src/train/engine.ts":
        'import "../exec/tfjs/run.ts";\nexport const load = () => import("../exec/wasm/run.ts");\n',
      "src/exec/executor.ts": 'import "./tfjs/run.ts";\n',
      "src/exec/tfjs/run.ts": 'import "@tensorflow/tfjs";\nimport "../../bridge/weights.ts";\n',
      "src/exec/plan/executor.ts": 'import "../wasm/run.ts";\n',
      "src/exec/plan/state.ts": value,
      "src/exec/device/errors.ts": value,
      "src/exec/wasm/run.ts":
        'import "../tfjs/run.ts";\nimport "../plan/state.ts";\nimport "../device/errors.ts";\nimport "../../bridge/weights.ts";\n',
      "src/exec/conformance/cases.ts": 'import "../wasm/run.ts";\n',
      "src/bridge/weights.ts": value,
      "src/worker/main.ts": value,
      "src/helpers/odd.ts": 'import "../core/value.ts";\n',
      "src/main.tsx": 'import "./helpers/odd.ts";\nimport "./cli/summary.ts";\n',
      "src/cli/summary.ts": 'import "../ui/Panel.tsx";\nimport "../worker/main.ts";\n',
      "src/ui/Panel.tsx": 'import "./missing.ts";\n',
      "src/core/value.test.ts": 'import "../ui/Panel.tsx";\n',
      "src/network/borrowed.ts": 'import "../core/value.test.ts";\n',
      "bench/speed.ts": 'import "../scripts/data.ts";\nimport "../scripts/chromium.ts";\n',
      "scripts/data.ts": value,
      "scripts/chromium.ts": value,
      "e2e/journey.spec.ts": 'import "../src/ui/Panel.tsx";\nimport "../src/core/value.ts";\n',
      "soak/walk.ts": 'import "../src/ui/Panel.tsx";\nimport "../scripts/chromium.ts";\n',
      "e2e/conformance/engines.spec.ts":
        'import "../../src/store/page.ts";\nimport "../../src/exec/wasm/run.ts";\n',
    });
    // Compares packages by name, because the path of their entry file does not matter.
    const found = new Set(
      [...output.matchAll(/error (\S+: \S+(?: → \S+)?)/g)].map((match) =>
        (match[1] ?? "").replace(/ → \S*node_modules\/((?:@[^/]+\/)?[^/]+).*/, " → $1"),
      ),
    );
    expect([...found].sort()).toEqual([
      "bridge-is-for-tfjs: src/exec/wasm/run.ts → src/bridge/weights.ts",
      "cli-has-no-page: src/cli/summary.ts → src/ui/Panel.tsx",
      "engines-without-the-page: e2e/conformance/engines.spec.ts → src/store/page.ts",
      "executor-interface-knows-no-executor: src/exec/executor.ts → src/exec/tfjs/run.ts",
      "executors-are-strangers: src/exec/plan/executor.ts → src/exec/wasm/run.ts",
      "executors-are-strangers: src/exec/wasm/run.ts → src/exec/tfjs/run.ts",
      "executors-load-on-demand: src/train/engine.ts → src/exec/tfjs/run.ts",
      "journeys-use-the-page: e2e/journey.spec.ts → src/ui/Panel.tsx",
      "main-is-wiring: src/main.tsx → src/cli/summary.ts",
      "no-cycles: src/core/first.ts → src/core/second.ts",
      "no-cycles: src/core/second.ts → src/core/first.ts",
      "no-imports-of-tests: src/network/borrowed.ts → src/core/value.test.ts",
      "nobody-imports-an-entry: src/cli/summary.ts → src/worker/main.ts",
      "node-only-in-the-terminal: src/network/clock.ts → fs",
      "react-only-in-the-page: src/store/page.ts → react",
      "resolvable: src/ui/Panel.tsx → ./missing.ts",
      "roots-outside-src: bench/speed.ts → scripts/data.ts",
      "soak-uses-the-page: soak/walk.ts → src/ui/Panel.tsx",
      "tfjs-only-behind-its-doors: src/train/loop.ts → @tensorflow/tfjs-core",
      "tfjs-vis-only-in-charts: src/diagram/Picture.tsx → @tensorflow/tfjs-vis",
      "unlisted-folder-imports: src/helpers/odd.ts → src/core/value.ts",
      "unlisted-folder: src/main.tsx → src/helpers/odd.ts",
      "zustand-only-in-the-store: src/client/state.ts → zustand",
    ]);
    expect(status).toBe(1);
  });
});
