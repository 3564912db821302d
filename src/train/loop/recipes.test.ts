import { describe, expect, test } from "vitest";
import { readKernels } from "../../cli/readKernels.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { Executor, ExecutorOptions } from "../../exec/executor.ts";
import { createReferenceExecutor } from "../../exec/reference/referenceExecutor.ts";
import { createTfjsExecutor } from "../../exec/tfjs/createTfjsExecutor.ts";
import { createWasmExecutor } from "../../exec/wasm/wasmExecutor.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { asTrained } from "../../settings/asTrained.ts";
import type { Recipe } from "../../settings/recipes/recipe.ts";
import { RECIPES, recipeById } from "../../settings/recipes/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import { executorOptions } from "../engine/executorOptions.ts";

const NUM_CLASSES = 4;
const SIDE = 28;
const UNTEACHABLE = "facial-emotions-as-printed";

type OpenEngine = (options: ExecutorOptions) => Promise<Executor>;
const openWasm: OpenEngine = async (options) =>
  createWasmExecutor(options, await readKernels({ simd: "plain", memory: "unshared" }));
const openTfjs: OpenEngine = async (options) =>
  (await createTfjsExecutor({ options, backend: "cpu" })).executor;
const openReference: OpenEngine = async (options) => createReferenceExecutor(options);

/** Each class has a different quarter of the image bright. */
function batchOf(numImages: number): PixelBatch {
  const labels = Uint8Array.from({ length: numImages }, (_, image) => image % NUM_CLASSES);
  const pixels = Uint8Array.from({ length: numImages * SIDE * SIDE }, (_, place) => {
    const [row, column] = [Math.floor(place / SIDE) % SIDE, place % SIDE];
    const quarter = (row < SIDE / 2 ? 0 : 2) + (column < SIDE / 2 ? 0 : 1);
    const noise = (place * 7919) % 61;
    return quarter === labels[Math.floor(place / (SIDE * SIDE))] ? 190 + noise : noise;
  });
  return { kind: "pixels", pixels, labels, height: SIDE, width: SIDE, channels: 1, numImages };
}

/** Reduces a recipe to what a test can afford: all its parts, but few pixels and filters. */
function reduced({ settings }: Recipe, changes: Partial<Settings>): Settings {
  const small = { inputSize: SIDE, width: 0.125, ...changes };
  return asTrained({ ...settings, ...small }, NUM_CLASSES).settings;
}

async function trained(settings: Settings, open: OpenEngine, numSteps: number) {
  const options = executorOptions(settings, buildNetwork(settings), NUM_CLASSES);
  const executor = await open(options);
  const batch = batchOf(settings.batchSize);
  const before = await executor.readWeights();
  const losses: number[] = [];
  for (let step = 0; step < numSteps; step += 1) {
    await executor.trainStep(batch, settings.learningRate);
    losses.push((await executor.readMetrics()).lastLoss);
  }
  return { executor, batch, losses, before };
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const learners = RECIPES.filter(({ id, purpose }) => purpose === "train" && id !== UNTEACHABLE);
/** One recipe does not learn at its own rate on purpose, so it takes the rate of its corrected counterpart. */
const rateOf = ({ id, settings }: Recipe) =>
  id === "rate-too-high" ? recipeById("one-minute").settings.learningRate : settings.learningRate;

describe("recipes that can learn", () => {
  test.each(learners.map((recipe) => [recipe.id, recipe] as const))(
    "%s: the loss falls on the compiled engine",
    async (_id, recipe) => {
      const middleRepeats = Math.min(1, recipe.settings.middleRepeats);
      const changes = { batchSize: 8, middleRepeats, learningRate: rateOf(recipe) };
      const { executor, losses } = await trained(reduced(recipe, changes), openWasm, 8);
      executor.dispose();
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(mean(losses.slice(-3))).toBeLessThan(mean(losses.slice(0, 3)));
    },
  );

  // TensorFlow.js is slow without a graphics card, so it tests one recipe of each document.
  test.each(["notebook", "facial-emotions", "paper-pytorch", "reproduction", "mnist-convnet"])(
    "%s: the loss falls on TensorFlow.js",
    async (id) => {
      const recipe = recipeById(id);
      // The ConvNet has no width to reduce.
      const inputSize = recipe.settings.network === "mnist-convnet" ? 12 : SIDE;
      const settings = reduced(recipe, { batchSize: 4, middleRepeats: 0, inputSize });
      const { executor, losses } = await trained(settings, openTfjs, 3);
      executor.dispose();
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(losses.at(-1)).toBeLessThan(losses[0] ?? Number.NEGATIVE_INFINITY);
    },
    120_000,
  );

  test("a rate seventy times too high does not learn where its pair does", async () => {
    const recipe = recipeById("rate-too-high");
    const lossAt = async (learningRate: number) => {
      const settings = reduced(recipe, { batchSize: 8, learningRate });
      const { executor, losses } = await trained(settings, openWasm, 8);
      executor.dispose();
      return mean(losses.slice(-3));
    };
    expect(await lossAt(recipe.settings.learningRate)).toBeGreaterThan(
      2 * (await lossAt(rateOf(recipe))),
    );
  });
});

describe("a head of one unit, as printed", () => {
  const settings = reduced(recipeById(UNTEACHABLE), { batchSize: 4, middleRepeats: 0 });

  test("stays one linear unit in training, and that is said", () => {
    expect(settings).toMatchObject({ classes: 1, head: "linear" });
    const { notes } = asTrained(recipeById(UNTEACHABLE).settings, 10);
    expect(notes.join(" ")).toContain("no gradient");
  });

  test.each([
    ["the reference", openReference],
    ["the compiled engine", openWasm],
    ["TensorFlow.js", openTfjs],
  ] as const)(
    "has on %s a loss that does not change, gradients of zero and weights that stay",
    async (_engine, open) => {
      const { executor, batch, losses, before } = await trained(settings, open, 3);
      const gradients = await executor.gradients(batch);
      const after = await executor.readWeights();
      const evaluation = await executor.evaluate([batch]);
      executor.dispose();
      expect(new Set(losses).size).toBe(1);
      expect(losses[0]).toBeGreaterThan(0);
      expect(losses[0]).toBeLessThan(2e-7);
      for (const [path, gradient] of gradients)
        expect([path, gradient.every((slope) => slope === 0)]).toEqual([path, true]);
      for (const path of gradients.keys())
        expect([path, after.get(path)]).toEqual([path, before.get(path)]);
      expect(evaluation.accuracy).toBe(0.25);
      expect(Array.from(evaluation.confusion)).toEqual(
        Array.from({ length: 16 }, (_, cell) => (cell % 4 === 0 ? 1 : 0)),
      );
    },
    120_000,
  );

  test("a softmax head of one unit has no gradient either", async () => {
    const softmax: Settings = { ...settings, head: "softmax" };
    const { executor, batch, losses } = await trained(softmax, openWasm, 2);
    const gradients = await executor.gradients(batch);
    executor.dispose();
    expect(losses.every((loss) => loss === 0)).toBe(true);
    expect(gradients.get("predictions/kernel")?.every((slope) => slope === 0)).toBe(true);
  });
});
