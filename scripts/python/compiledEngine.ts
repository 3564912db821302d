/** The compiled engine for checks: one thread, in Node. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { greatestOf } from "../../src/core/numbers.ts";
import type { ExecutorOptions } from "../../src/exec/executor.ts";
import { type KernelBuild, kernelFile } from "../../src/exec/wasm/kernelModule.ts";
import { createWasmExecutor } from "../../src/exec/wasm/wasmExecutor.ts";
import type { LayerGraph } from "../../src/network/graph.ts";
import { paperSettings } from "../../src/settings/recipes/paper.ts";
import { executorOptions } from "../../src/train/engine/executorOptions.ts";
import { REPOSITORY } from "../repository.ts";
import { run } from "../runTool.ts";

/** The largest `difference` of predictions that are the same, as `docs/formats.md` says. */
export const TOLERANCE = 1e-5;

/**
 * The largest difference between two predictions, as a share of the largest output or of 1, whichever is larger. It is NaN, which
 * is within no tolerance, when a value is NaN or missing.
 */
export function difference(expected: ArrayLike<number>, got: ArrayLike<number>): number {
  const values = Array.from(expected);
  const off = values.map((value, at) => Math.abs(value - (got[at] ?? Number.NaN)));
  return greatestOf(off) / Math.max(1, greatestOf(values.map(Math.abs)));
}

/** @throws Error when the kernels cannot be compiled */
export async function makeKernels(): Promise<void> {
  const script = join(REPOSITORY, "scripts", "kernels.ts");
  if ((await run(process.execPath, ["--import", "tsx", script])) !== 0)
    throw new Error(
      "The kernels of the compiled engine cannot be made; run npm run build:kernels.",
    );
}

/** Needs the kernels. */
export async function openWasm(options: ExecutorOptions) {
  const build: KernelBuild = { simd: "plain", memory: "unshared" };
  const path = join(REPOSITORY, "src", "exec", "wasm", kernelFile(build));
  const kernels = { ...build, module: await WebAssembly.compile(await readFile(path)) };
  return createWasmExecutor(options, kernels);
}

/**
 * Predicts one image. Needs the kernels.
 * @param weights keyed by path
 * @param values the network's input, `[H, W, C]`
 */
export async function outputsOf(
  graph: LayerGraph,
  weights: ReadonlyMap<string, Float32Array> | undefined,
  values: Float32Array,
): Promise<Float32Array> {
  const settings = { ...paperSettings, batchSize: 1 };
  const executor = await openWasm(executorOptions(settings, graph));
  executor.writeWeights(weights ?? new Map());
  const labels = new Uint8Array(1);
  const outputs = await executor.predict({ kind: "prepared", values, labels, numImages: 1 });
  executor.dispose();
  return outputs;
}
