/**
 * Loads the kernels in a browser, from small files beside this one. In the terminal, `cli/readKernels.ts` reads them.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { network } from "../../core/network.ts";
import { fetchProgramFile, fileName } from "../../core/programFile.ts";
import type { KernelBuild, KernelModule } from "./kernelModule.ts";

/** Each address is written out, because the bundler finds only files whose address is a literal. */
const FILES = {
  plain: {
    shared: new URL("./kernels.plain.shared.wasm", import.meta.url),
    unshared: new URL("./kernels.plain.unshared.wasm", import.meta.url),
  },
  relaxed: {
    shared: new URL("./kernels.relaxed.shared.wasm", import.meta.url),
    unshared: new URL("./kernels.relaxed.unshared.wasm", import.meta.url),
  },
} as const;

export interface KernelWishes {
  /** Whether every machine must give the same bits; that takes the plain build. */
  readonly reproducible: boolean;
  readonly memory: KernelBuild["memory"];
}

/**
 * Loads the fastest build that this browser can compile, and waits for the network where it must.
 *
 * @throws PlaygroundError `program.outdated` where the server has no such file, `engine.unavailable` where this
 *   browser cannot compile it.
 */
export async function loadKernels({ reproducible, memory }: KernelWishes): Promise<KernelModule> {
  const relaxed = reproducible ? undefined : await fetchKernels(FILES.relaxed[memory]);
  const isUnderstood = relaxed !== undefined && WebAssembly.validate(relaxed);
  const simd = isUnderstood ? "relaxed" : "plain";
  const code = isUnderstood ? relaxed : await fetchKernels(FILES.plain[memory]);
  try {
    return { simd, memory, module: await WebAssembly.compile(code) };
  } catch (cause) {
    throw new PlaygroundError(
      {
        code: "engine.unavailable",
        where: "CPU compiled",
        rule: "the kernels cannot be compiled",
        expected: "WebAssembly with 128-bit SIMD",
        got: cause instanceof Error ? cause.message : String(cause),
        remedy: "Choose TensorFlow.js, or use a browser of 2023 or later.",
        context: { engine: "wasm", setting: "engine" },
      },
      { cause },
    );
  }
}

/**
 * Fetches the code for `compile`, since `compileStreaming` refuses files that a host serves with another media type.
 */
function fetchKernels({ href }: URL): Promise<ArrayBuffer> {
  return network.untilThere(fileName(href), (attempt) => fetchProgramFile(href, attempt));
}
