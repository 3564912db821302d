import { expect, test } from "vitest";
import { openWebgpu } from "../../cli/engines.ts";
import { readKernels } from "../../cli/readKernels.ts";
import { randomStream } from "../../core/random.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import type { Executor, ExecutorOptions, PreparedBatch } from "../executor.ts";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { createTfjsExecutor } from "../tfjs/createTfjsExecutor.ts";
import { createWasmExecutor } from "../wasm/wasmExecutor.ts";

type Open = (options: ExecutorOptions) => Promise<Executor>;

// A restored state must include all of this: dropout depends on the step, Adam corrects its bias by it, and batch normalisation
// accumulates moving statistics.
const options = planOptions(remainingOperations(), { batchSize: 4 });

function batchOf(step: number): PreparedBatch {
  const random = randomStream(step, "batch");
  return {
    kind: "prepared",
    values: Float32Array.from({ length: 4 * 7 * 5 * 3 }, () => 2 * random.nextFloat() - 1),
    labels: Uint8Array.from({ length: 4 }, () => random.nextInteger(3)),
    numImages: 4,
  };
}

async function train(executor: Executor, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step += 1) await executor.trainStep(batchOf(step), 0.01);
}

const ENGINES: readonly (readonly [string, Open])[] = [
  ["the reference", async (given) => createReferenceExecutor(given)],
  ["CPU compiled", async (given) => createWasmExecutor(given, await readKernels())],
  ["WebGPU compiled", openWebgpu],
  [
    "TensorFlow.js",
    async (given) => (await createTfjsExecutor({ options: given, backend: "cpu" })).executor,
  ],
];

test.each(ENGINES)(
  "another executor goes on from a state as if nothing were: %s",
  async (_, open) => {
    const executor = await open(options);
    await train(executor, 0, 2);
    const state = await executor.readState();
    expect(state.step).toBe(2);
    await train(executor, 2, 4);
    const expected = await executor.readState();
    executor.dispose();

    const again = await open(options);
    await train(again, 7, 8);
    again.writeState(state);
    await train(again, 2, 4);
    expect(await again.readState()).toEqual(expected);
    again.dispose();
  },
);

test.each(ENGINES)("a state has the weights under their paths: %s", async (_, open) => {
  const executor = await open(options);
  await train(executor, 0, 1);
  const { vectors } = await executor.readState();
  for (const [path, values] of await executor.readWeights())
    expect(Float32Array.from(vectors.get(path) ?? []), path).toEqual(values);
  executor.dispose();
});

test.each(ENGINES)("a state of another network is refused: %s", async (_, open) => {
  const executor = await open(options);
  const { step, vectors } = await executor.readState();
  const foreign = new Map([...vectors, ["elsewhere/kernel", new Float32Array(3)] as const]);
  expect(() => executor.writeState({ step, vectors: foreign })).toThrow(
    expect.objectContaining({ code: "network.shape-mismatch" }),
  );
  executor.dispose();
});
