/** The engines by their names in the terminal, and how each is opened in Node. One loads only when it is asked for. */
import { PlaygroundError } from "../core/errors.ts";
import type { Executor, ExecutorOptions } from "../exec/executor.ts";
import { readKernels } from "./readKernels.ts";

type OpenEngine = (options: ExecutorOptions) => Promise<Executor>;

/**
 * The compiled engine, which computes on one thread so far.
 * @throws PlaygroundError `engine.unsupported` for more threads.
 */
export async function openWasm(options: ExecutorOptions, threads = 1): Promise<Executor> {
  if (threads !== 1) {
    throw new PlaygroundError({
      code: "engine.unsupported",
      where: "--threads",
      rule: "the compiled engine computes on one thread",
      expected: "1",
      got: String(threads),
      remedy: "Leave the option out.",
    });
  }
  const { createWasmExecutor } = await import("../exec/wasm/wasmExecutor.ts");
  return createWasmExecutor(options, await readKernels());
}

export const openReference: OpenEngine = async (options) =>
  (await import("../exec/reference/referenceExecutor.ts")).createReferenceExecutor(options);

const openTfjs: OpenEngine = async (options) => {
  const { createTfjsExecutor } = await import("../exec/tfjs/createTfjsExecutor.ts");
  return (await createTfjsExecutor({ options, backend: "cpu" })).executor;
};

const OPENERS: ReadonlyMap<string, OpenEngine> = new Map([
  ["tfjs", openTfjs],
  ["reference", openReference],
  ["wasm", (options) => openWasm(options)],
]);

/** @throws PlaygroundError `engine.unavailable` for a name that no engine has. */
export function openerOf(name: string): OpenEngine {
  const opener = OPENERS.get(name);
  if (opener === undefined) throw unknownEngine(name, [...OPENERS.keys()]);
  return opener;
}

export function unknownEngine(name: string, known: readonly string[]): PlaygroundError {
  return new PlaygroundError({
    code: "engine.unavailable",
    where: "--engine",
    rule: "no engine has this name",
    expected: `one of ${known.join(", ")}`,
    got: `"${name}"`,
    remedy: "Choose one of these.",
  });
}
