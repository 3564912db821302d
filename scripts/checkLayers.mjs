/**
 * `npm run check:layers`: checks every import against `.dependency-cruiser.cjs`.
 *
 * The tool reports success when it reads nothing (for example with an incompatible parser). So this script also fails when
 * there is nothing to read or when a source file was not read. `--root FOLDER` checks another tree by the same rules; the tests
 * add forbidden imports in that way.
 *
 * It is plain Node, because the checker's classes break when they are loaded through tsx.
 */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const REPOSITORY = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ["src", "scripts", "bench", "soak", "e2e"];

readJsxInTsxFiles();
const { cruise, format } = await import("dependency-cruiser");
const { default: extractDepcruiseOptions } = await import(
  "dependency-cruiser/config-utl/extract-depcruise-options"
);

const { values } = parseArgs({ options: { root: { type: "string", default: REPOSITORY } } });
process.exitCode = await checkLayers(resolve(values.root));

async function checkLayers(root) {
  const options = await extractDepcruiseOptions(join(REPOSITORY, ".dependency-cruiser.cjs"));
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(folders, { ...options, baseDir: root });
  if (output.summary.totalCruised === 0) {
    console.error(
      `Layers: the checker read 0 modules; expected those of ${FOLDERS.join(", ")} in ${root}. ` +
        "See whether the parser in .dependency-cruiser.cjs still fits.",
    );
    return 1;
  }
  const read = new Set(output.modules.map((module) => module.source));
  const unread = folders
    .flatMap((folder) => sourceFiles(root, folder))
    .filter((path) => !read.has(path));
  if (unread.length > 0) {
    console.error(
      `Layers: the checker passed over ${unread.join(", ")}; expected every source file.`,
    );
    return 1;
  }
  const report = await format(output, { outputType: "err-long" });
  console.log(report.output.trim());
  return report.exitCode === 0 ? 0 : 1;
}

/**
 * dependency-cruiser 17 tells swc to read every file as TypeScript without JSX, so that the first component stops the check.
 * Version 18 fixes this (its issue 1081) but needs Node 22.
 */
function readJsxInTsxFiles() {
  const swc = createRequire(import.meta.url)("@swc/core");
  const { parseFileSync } = swc;
  swc.parseFileSync = (path, options) =>
    parseFileSync(path, { ...options, tsx: path.endsWith(".tsx") });
}

/** Returns the TypeScript files in `root/folder`, as paths relative to `root` with forward slashes. */
function sourceFiles(root, folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((path) => /(?<![.]d)[.]tsx?$/.test(path))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
}
