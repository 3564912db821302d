/**
 * `npm run check:layers`: holds every import against `.dependency-cruiser.cjs`.
 *
 * The tool reports success when it reads nothing (a parser that does not fit the compiler is enough), so
 * this also fails when there is nothing to read or when a source file is missing from what was read.
 * `--root FOLDER` checks another tree by the same rules; the tests plant bad imports that way.
 *
 * Plain Node, since the checker's own classes do not survive being loaded through tsx.
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
 * dependency-cruiser 17 asks swc to read every file as TypeScript without JSX, so that the first component
 * ends the check. Version 18 says `tsx` where it is due (its issue 1081) but needs Node 22.
 */
function readJsxInTsxFiles() {
  const swc = createRequire(import.meta.url)("@swc/core");
  const { parseFileSync } = swc;
  swc.parseFileSync = (path, options) =>
    parseFileSync(path, { ...options, tsx: path.endsWith(".tsx") });
}

/** TypeScript files in `root/folder`, as paths from `root` with forward slashes. */
function sourceFiles(root, folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((path) => /(?<![.]d)[.]tsx?$/.test(path))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
}
