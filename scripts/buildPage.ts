/**
 * Builds the page into dist/, unless none of its sources has changed. dist/.build-stamp holds a digest of the sources and is
 * written last, so that an interrupted build is repeated.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { buildStandalonePage } from "./buildStandalonePage.ts";
import { hashFiles } from "./hashFiles.ts";
import { REPOSITORY } from "./repository.ts";

const STAMP = join(REPOSITORY, "dist", ".build-stamp");
/** Hashed by content: they are small, and a checkout changes their times without changing them. */
const SOURCES = ["index.html", "vite.config.ts", "package-lock.json", "tsconfig.base.json", "src"];
/** Hashed by size and time, because the shards are tens of megabytes. */
const STATIC = ["public"];

/** @returns whether anything had to be built. */
export async function buildPage(options: { readonly always: boolean }): Promise<boolean> {
  await buildStandalonePage();
  const digest = digestOfInputs();
  if (!options.always && existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest) return false;
  await build({ root: REPOSITORY, logLevel: "info" });
  writeFileSync(STAMP, digest);
  return true;
}

function digestOfInputs(): string {
  const hash = hashFiles(createHash("sha256"), SOURCES.flatMap(filesIn));
  for (const path of STATIC.flatMap(filesIn)) {
    const { size, mtimeMs } = statSync(join(REPOSITORY, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/** Returns the file `path`, or all files below the folder `path`, sorted. Tests are not part of the page. */
function filesIn(path: string): string[] {
  const absolute = join(REPOSITORY, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[.]test[.]tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(REPOSITORY.length + 1))
    .sort();
}
