/** Reads the WebAssembly engine's kernels in the terminal, from the files that `npm run build:kernels` makes. */
import { readFile } from "node:fs/promises";
import { type KernelBuild, type KernelModule, kernelFile } from "../exec/wasm/kernelModule.ts";

/** Every supported version of Node runs this build, and it gives the same bits everywhere. */
const PLAIN: KernelBuild = { simd: "plain", memory: "unshared" };

/** @throws WebAssembly.CompileError for the relaxed build in Node 20 without `--experimental-wasm-relaxed-simd`. */
export async function readKernels(build: KernelBuild = PLAIN): Promise<KernelModule> {
  const address = new URL(`../exec/wasm/${kernelFile(build)}`, import.meta.url);
  return { ...build, module: await WebAssembly.compile(await readFile(address)) };
}
