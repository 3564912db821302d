/**
 * Redirects every `import()` of a built page or worker to `src/core/loadPart.ts`, with the files that it needs: the part
 * itself, then the scripts and styles that come with it and are not loaded with the importer. The entry of a page or worker
 * installs that loader. It replaces the bundler's own preloading, which fails because browsers remember failed imports, and
 * which itself remembers failed styles.
 */
import { dirname, relative } from "node:path/posix";
import type { Plugin, Rolldown } from "vite";

/** The bundler's own helper. Calls of it, with lists of files, exist before this plugin runs. */
const PRELOAD_HELPER = "\0vite/preload-helper.js";
const PRELOAD_MARKER = "__VITE_PRELOAD__";

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

export function loadParts(): Plugin {
  return {
    name: "load-parts",
    apply: "build",
    enforce: "pre",
    load(id) {
      return id === PRELOAD_HELPER ? "export const __vitePreload = (load) => load();" : undefined;
    },
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk" || chunk.dynamicImports.length === 0) continue;
        const imports = dynamicImportsOf(this.parse(chunk.code));
        if (imports.length > 0) chunk.code = throughLoader(chunk, imports, bundle);
      }
    },
  };
}

interface DynamicImport {
  readonly start: number;
  readonly end: number;
  readonly specifier: string;
}

function throughLoader(chunk: Chunk, imports: readonly DynamicImport[], bundle: Bundle): string {
  const here = new Set(filesOf(chunk.fileName, bundle));
  const folder = dirname(chunk.fileName);
  const from = (file: string) => {
    const path = relative(folder, file);
    return path.startsWith(".") ? path : `./${path}`;
  };
  const files: string[] = [];
  const placeOf = (file: string): number => {
    const place = files.indexOf(file);
    return place < 0 ? files.push(file) - 1 : place;
  };
  let { code } = chunk;
  for (const { start, end, specifier } of imports.toSorted((a, b) => b.start - a.start)) {
    const part = chunk.dynamicImports.find((file) => from(file) === specifier);
    if (part === undefined) throw new Error(`load-parts: ${specifier} is no file of the bundle`);
    const needed = filesOf(part, bundle).filter((file) => file === part || !here.has(file));
    const places = needed.map((file) => placeOf(from(file)));
    const call = `__part([${places}],()=>${code.slice(start, end)})`;
    code = code.slice(0, start) + call + code.slice(end);
  }
  const list = JSON.stringify(files);
  const part = "(i,l)=>__loadPart(i.map(i=>new URL(__files[i],import.meta.url).href),l)";
  return `const __files=${list},__part=${part};${code.replaceAll(PRELOAD_MARKER, "[]")}`;
}

/** Returns everything that comes with a file: itself, all scripts that it imports, directly or not, and their styles. */
function filesOf(first: string, bundle: Bundle): readonly string[] {
  const files = new Set<string>();
  const styles = new Set<string>();
  const visit = (name: string) => {
    const chunk = bundle[name];
    if (files.has(name) || chunk?.type !== "chunk") return;
    files.add(name);
    for (const style of chunk.viteMetadata?.importedCss ?? []) styles.add(style);
    chunk.imports.forEach(visit);
  };
  visit(first);
  return [...files, ...styles];
}

/** Returns all `import("...")` below a node. */
function dynamicImportsOf(node: unknown): readonly DynamicImport[] {
  if (Array.isArray(node)) return node.flatMap(dynamicImportsOf);
  if (typeof node !== "object" || node === null) return [];
  const found = Object.values(node).flatMap(dynamicImportsOf);
  if (!("type" in node && node.type === "ImportExpression")) return found;
  const specifier = "source" in node ? textOf(node.source) : undefined;
  const [start, end] = ["start" in node ? node.start : 0, "end" in node ? node.end : 0];
  return specifier === undefined || typeof start !== "number" || typeof end !== "number"
    ? found
    : [...found, { start, end, specifier }];
}

/** Returns the value of a constant text. */
function textOf(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  if ("value" in node && typeof node.value === "string") return node.value;
  if (!("quasis" in node) || !Array.isArray(node.quasis) || node.quasis.length !== 1)
    return undefined;
  const [{ value } = { value: { cooked: undefined } }] = node.quasis;
  return typeof value.cooked === "string" ? value.cooked : undefined;
}
