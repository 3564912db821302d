/** Builds small pages with the plugin and checks the output. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadParts } from "./loadParts.ts";

const SHARED = "export const shared = (text) => document.title + text + text + text;\n";
const SOURCES: Readonly<Record<string, string>> = {
  "index.html": '<script type="module" src="./main.js"></script>',
  "main.js": `
    import { shared } from "./shared.js";
    shared("page");
    export const one = async () => (await import("./parts/one.js")).one;
    export const both = () => Promise.all([import("./parts/one.js"), import("./parts/two.js")]);
    export const worker = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    window.page = { one, both, worker };`,
  "shared.js": SHARED,
  "common.js": "export const common = (text) => console.log(text, 'common', text);\n",
  "parts/one.js":
    'import "./one.css"; import { common } from "../common.js"; import { shared } from "../shared.js"; export const one = () => common(shared("one"));',
  "parts/one.css": ".one { color: red }",
  "parts/two.js":
    'import { common } from "../common.js"; export const two = () => common("two"); export const deep = () => import("./three.js");',
  "parts/three.js": "export const three = () => console.log(3);",
  "worker.js": 'self.onmessage = async () => (await import("./inner.js")).inner();',
  "inner.js": 'export const inner = () => self.postMessage("inner");',
};

let folder: string;
/** Keyed by the name that a file had before the build. */
const built = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "load-parts-"));
  for (const [name, content] of Object.entries(SOURCES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    base: "./",
    plugins: [loadParts()],
    worker: { format: "es", plugins: () => [loadParts()] },
    build: { assetsInlineLimit: 0 },
  });
  const assets = join(folder, "dist/assets");
  for (const file of readdirSync(assets)) {
    built.set(file.replace(/-[\w-]{8}(?=[.])/, ""), readFileSync(join(assets, file), "utf8"));
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Returns the files that are fetched before each `import()` of a built file, without the hashes in their names. */
function fetchedBefore(name: string): readonly (readonly string[])[] {
  const code = built.get(name) ?? "";
  const list: unknown = JSON.parse(/__files=(\[.*?\])/.exec(code)?.[1] ?? "[]");
  const files = Array.isArray(list) ? list.map(String) : [];
  return [...code.matchAll(/__part\(\[([\d,]*)\],/g)].map(([, places = ""]) =>
    places.split(",").map((place) => (files[Number(place)] ?? "").replace(/-[\w-]{8}(?=[.])/, "")),
  );
}

describe("a built page", () => {
  test("has no import() that does not go through the loader, in the page or in its workers", () => {
    expect([...built.keys()]).toContain("worker.js");
    for (const [name, code] of built) {
      const imports = code.match(/\bimport\(/g) ?? [];
      const through = code.match(/__part\(\[[\d,]*\],\(\)=>import\(/g) ?? [];
      expect([name, imports.length]).toEqual([name, through.length]);
    }
  });

  test("fetches a part with the scripts and styles that come with it, and not what is there", () => {
    const files = fetchedBefore("index.js");
    expect(files).toHaveLength(3);
    for (const some of files) expect(some[0]).toMatch(/^[.][/](one|two)[.]js$/);
    expect(files.filter(([part]) => part === "./one.js")).toEqual([
      ["./one.js", "./common.js", "./one.css"],
      ["./one.js", "./common.js", "./one.css"],
    ]);
    expect(fetchedBefore("two.js")).toEqual([["./three.js"]]);
    expect(fetchedBefore("worker.js")).toEqual([["./inner.js"]]);
  });

  test("has no preloading of the bundler's own, whose failures browsers remember", () => {
    for (const code of built.values())
      expect(code).not.toMatch(/__VITE_PRELOAD__|preloadError|mapDeps/);
  });
});
