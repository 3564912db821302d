/** Compiles the probe's AssemblyScript in memory. */
import { readFile } from "node:fs/promises";
import asc from "assemblyscript/asc";

/** @throws Error with the compiler's own message. */
export async function compileProbe(): Promise<readonly number[]> {
  const source = await readFile(new URL("./kernels.ts", import.meta.url), "utf8");
  const { binary, error, stderr } = await asc.compileString(source, {
    optimizeLevel: 3,
    runtime: "stub",
    noAssert: true,
    use: ["abort="],
    enable: ["simd", "relaxed-simd", "bulk-memory"],
  });
  if (binary === null || error !== null) throw new Error(`probe: ${stderr}`);
  return [...binary];
}
