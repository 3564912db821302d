/** The kernels in a browser: one small file beside this one. In the terminal, `cli/readKernels.ts` reads it. */
import { PlaygroundError } from "../../core/errors.ts";

/** @throws PlaygroundError `engine.unavailable` where the file does not come or this browser cannot compile it. */
export async function loadKernels(): Promise<WebAssembly.Module> {
  try {
    const response = await fetch(new URL("./kernels.wasm", import.meta.url));
    if (!response.ok) throw new Error(`the file with the kernels answers ${response.status}`);
    // Not compileStreaming, which refuses what a host serves under another media type.
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new PlaygroundError(
      {
        code: "engine.unavailable",
        where: "CPU compiled",
        rule: "the kernels cannot be loaded",
        expected: "WebAssembly with 128-bit SIMD",
        got: cause instanceof Error ? cause.message : String(cause),
        remedy: "Choose TensorFlow.js, or use a browser of 2023 or later.",
      },
      { cause },
    );
  }
}
