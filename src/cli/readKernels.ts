/** The WebAssembly engine's kernels in the terminal: read from the file that `npm run build:kernels` makes. */
import { readFile } from "node:fs/promises";

export async function readKernels(): Promise<WebAssembly.Module> {
  const address = new URL("../exec/wasm/kernels.wasm", import.meta.url);
  return WebAssembly.compile(await readFile(address));
}
