/**
 * Compiles the AssemblyScript kernels of src/exec/wasm into files in that folder, unless none of their sources has changed. The
 * stamp file in the same folder holds a digest of the sources and is written last.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashFiles } from "./hashFiles.ts";
import { writeKernelSources } from "./kernelSources.ts";
import { REPOSITORY } from "./repository.ts";
import { runBin } from "./runTool.ts";

const FOLDER = join("src", "exec", "wasm");
const STAMP = join(REPOSITORY, FOLDER, "kernels.stamp");

/** No runtime, and no imports except the memory. */
const OPTIONS = [
  ...["-O3", "--runtime", "stub", "--noAssert", "--use", "abort=", "--disableWarning", "112"],
  ...["--importMemory", "--initialMemory", "2", "--maximumMemory", "65535"],
];

/** One source, four files: with and without relaxed SIMD's fused rounding, for one thread and for several. */
const BUILDS = [
  { file: "kernels.plain.unshared.wasm", options: ["--enable", "simd,bulk-memory,threads"] },
  {
    file: "kernels.plain.shared.wasm",
    options: ["--enable", "simd,bulk-memory,threads", "--sharedMemory"],
  },
  {
    file: "kernels.relaxed.unshared.wasm",
    options: ["--enable", "simd,relaxed-simd,bulk-memory,threads"],
  },
  {
    file: "kernels.relaxed.shared.wasm",
    options: ["--enable", "simd,relaxed-simd,bulk-memory,threads", "--sharedMemory"],
  },
] as const;

/**
 * @returns whether anything had to be built.
 * @throws Error when the compiler fails, after its own messages.
 */
export async function buildKernels(): Promise<boolean> {
  writeKernelSources();
  const digest = digestOfInputs();
  const isThere = BUILDS.every(({ file }) => existsSync(join(REPOSITORY, FOLDER, file)));
  if (isThere && existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest) return false;
  console.error("Kernels: compiling them from their source (half a minute).");
  for (const { file, options } of BUILDS) await build(file, options);
  writeFileSync(STAMP, digest);
  return true;
}

async function build(file: string, options: readonly string[]): Promise<void> {
  const output = join(FOLDER, file);
  const partial = `${output}.${process.pid}.wasm`;
  const args = [join(FOLDER, "kernels", "run.ts"), ...OPTIONS, ...options, "-o", partial];
  const status = await runBin("assemblyscript", "asc", args);
  if (status !== 0) throw new Error(`Kernels: AssemblyScript ended with exit code ${status}.`);
  renameSync(join(REPOSITORY, partial), join(REPOSITORY, output));
}

function digestOfInputs(): string {
  const hash = createHash("sha256").update(JSON.stringify([OPTIONS, BUILDS]));
  return hashFiles(hash, [...kernelFiles(), "package-lock.json"]).digest("hex");
}

function kernelFiles(): readonly string[] {
  const folder = join(FOLDER, "kernels");
  return readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name).slice(REPOSITORY.length + 1))
    .sort();
}
