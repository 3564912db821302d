/** Digests of files, by which builds notice that nothing has changed. */
import type { Hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./repository.ts";

/** Adds the paths, relative to the repository, and the contents. */
export function hashFiles(hash: Hash, paths: readonly string[]): Hash {
  for (const path of paths) hash.update(`${path}\n`).update(readFileSync(join(REPOSITORY, path)));
  return hash;
}
