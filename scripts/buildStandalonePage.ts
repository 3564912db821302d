/**
 * Builds src/standalone/ into one page without a network, as the text of a module that the exporter imports, unless nothing in
 * it has changed. The module's first line has a digest of all files in the page.
 *
 * The page's policy allows exactly its own script and style, and no connection: it can show nothing to anyone.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { base64Of } from "../src/core/base64.ts";
import { append } from "../src/core/numbers.ts";
import { buildKernels } from "./buildKernels.ts";
import { hashFiles } from "./hashFiles.ts";
import { REPOSITORY } from "./repository.ts";

const TARGET = join(REPOSITORY, "src/interop/standalone/pageTemplate.js");
const PAGE = "src/standalone/page.html";
const ENTRY = "src/standalone/main.ts";
/** The page starts it from its own text. */
const WORKER = "src/standalone/worker.ts";
const KERNELS = "src/exec/wasm/kernels.plain.unshared.wasm";
/** Files that the bundle is not made of but depends on. */
const OTHERS = [PAGE, KERNELS, "scripts/buildStandalonePage.ts", "package-lock.json"];

/** Vitest calls this before all tests. */
export async function setup(): Promise<void> {
  await buildStandalonePage();
}

/** Also builds the kernels, which are in the page. */
export async function buildStandalonePage(): Promise<void> {
  await buildKernels();
  if (isUpToDate()) return;
  const { script, style, modules } = await bundle(ENTRY);
  const worker = await bundle(WORKER);
  const files = [...new Set([...OTHERS, ...modules, ...worker.modules])].sort();
  const kernels = new TextDecoder().decode(base64Of(readFileSync(join(REPOSITORY, KERNELS))));
  const contents = {
    style: `<style>${style}</style>`,
    script: `<script>${script}</script>`,
    program: `<script type="text/plain" id="program">${worker.script}</script>`,
    policy: policyFor(script, style),
    kernels: `<script type="text/plain" id="kernels">${kernels}</script>`,
  };
  const page = Object.entries(contents).reduce(
    // A function, because a text would have its dollar signs replaced.
    (text, [name, content]) => text.replace(`<!--${name}-->`, () => content),
    readFileSync(join(REPOSITORY, PAGE), "utf8"),
  );
  const stamp = JSON.stringify({ digest: digestOf(files), files });
  const partial = `${TARGET}.${process.pid}`;
  writeFileSync(partial, `// ${stamp}\nexport const PAGE_TEMPLATE = ${JSON.stringify(page)};\n`);
  renameSync(partial, TARGET);
}

function isUpToDate(): boolean {
  if (!existsSync(TARGET)) return false;
  const [first = ""] = readFileSync(TARGET, "utf8").split("\n", 1);
  const stamp: unknown = JSON.parse(first.slice(3));
  if (typeof stamp !== "object" || stamp === null) return false;
  if (!("digest" in stamp && "files" in stamp && Array.isArray(stamp.files))) return false;
  const files = stamp.files.map(String);
  return (
    files.every((file) => existsSync(join(REPOSITORY, file))) && stamp.digest === digestOf(files)
  );
}

function digestOf(files: readonly string[]): string {
  return hashFiles(createHash("sha256"), files).digest("hex");
}

interface Bundle {
  readonly script: string;
  readonly style: string;
  /** The source files, relative to the repository. */
  readonly modules: readonly string[];
}

async function bundle(entry: string): Promise<Bundle> {
  const { build } = await import("vite");
  const modules: string[] = [];
  function collect(this: { getModuleIds(): Iterable<string> }): void {
    append(modules, [...this.getModuleIds()].flatMap(sourceOf));
  }
  const result = await build({
    configFile: false,
    root: REPOSITORY,
    logLevel: "warn",
    publicDir: false,
    plugins: [{ name: "modules", buildEnd: collect }],
    build: {
      write: false,
      // Otherwise the script would add the style, which the policy forbids.
      cssCodeSplit: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: { input: entry, output: { format: "iife" } },
    },
  });
  const [built] = Array.isArray(result) ? result : [result];
  if (built === undefined || !("output" in built)) throw new Error("Stand-alone page: no output.");
  let script = "";
  let style = "";
  for (const file of built.output) {
    if (file.type === "asset") style += file.source;
    else script += file.code;
  }
  // A closing tag in a text would end the element.
  return { script: script.replaceAll("</script", "<\\/script"), style, modules };
}

/** Leaves out packages, which the lock file stands for, and the bundler's own modules. */
function sourceOf(id: string): readonly string[] {
  const path = relative(REPOSITORY, id.replace(/[?].*$/, "")).replaceAll("\\", "/");
  return /^src[/]/.test(path) ? [path] : [];
}

function policyFor(script: string, style: string): string {
  const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)} 'wasm-unsafe-eval'`,
    "worker-src blob:",
    `style-src ${hashOf(style)}`,
    "img-src data: blob:",
    "media-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
