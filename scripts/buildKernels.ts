/**
 * Compiles the AssemblyScript kernels of src/exec/wasm into kernels.wasm beside them, or leaves it when nothing it is
 * made of has changed. The stamp beside it holds a digest of those inputs and is written last.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./repository.ts";
import { runBin } from "./runTool.ts";

const FOLDER = join("src", "exec", "wasm");
const OUTPUT = join(FOLDER, "kernels.wasm");
const STAMP = join(REPOSITORY, FOLDER, "kernels.stamp");

/** No runtime, no imports but the memory; plain SIMD, so that every machine computes the same bits. */
const OPTIONS = [
  ...["-O3", "--runtime", "stub", "--noAssert", "--use", "abort="],
  ...["--importMemory", "--enable", "simd,bulk-memory"],
];

/**
 * @returns whether anything had to be built.
 * @throws Error when the compiler refuses, whose own words stand before it.
 */
export async function buildKernels(): Promise<boolean> {
  const digest = digestOfInputs();
  const output = join(REPOSITORY, OUTPUT);
  if (existsSync(output) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest)
    return false;
  const entries = kernelFiles().filter((path) => !path.includes("shared"));
  const partial = `${OUTPUT}.${process.pid}.wasm`;
  const status = await runBin("assemblyscript", "asc", [...entries, ...OPTIONS, "-o", partial]);
  if (status !== 0) throw new Error(`Kernels: AssemblyScript ended with exit code ${status}.`);
  renameSync(join(REPOSITORY, partial), output);
  writeFileSync(STAMP, digest);
  return true;
}

/** Vitest calls this before all tests. */
export async function setup(): Promise<void> {
  await buildKernels();
}

function digestOfInputs(): string {
  const hash = createHash("sha256").update(OPTIONS.join(" "));
  for (const path of [...kernelFiles(), "package-lock.json"])
    hash.update(`${path}\n`).update(readFileSync(join(REPOSITORY, path)));
  return hash.digest("hex");
}

function kernelFiles(): readonly string[] {
  const folder = join(FOLDER, "kernels");
  return readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name).slice(REPOSITORY.length + 1))
    .sort();
}
