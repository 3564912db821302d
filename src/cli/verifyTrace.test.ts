import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTfjsExecutor } from "../exec/tfjs/createTfjsExecutor.ts";
import { inKerasOrder } from "../network/kerasOrder.ts";
import { goldenGraph } from "./goldenSpec.ts";
import { kerasCosineDecay } from "./kerasOptimizer.ts";
import type { LoadedTrace } from "./traceGolden.ts";
import { isTraceGolden, type TraceEngine, verifyTrace } from "./verifyTrace.ts";

type Golden = LoadedTrace["golden"];

const GOLDENS = fileURLToPath(new URL("../../goldens/", import.meta.url));
const trace = (name: string) => join(GOLDENS, "traces", `${name}.json`);
const onCpu: TraceEngine = async (options) =>
  (await createTfjsExecutor({ options, backend: "cpu" })).executor;

function readFloats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) =>
    bytes.readFloatLE(4 * index),
  );
}

/** Fakes an engine that returns Keras' numbers, except for the loss of one step and one frozen value. */
function wrongEngine(golden: Golden, faults: { loss?: number; frozen?: number }): TraceEngine {
  const initial = readFloats(join(GOLDENS, golden.initial));
  let step = 0;
  let begin = 0;
  const weights = new Map(
    golden.weights.map(({ path, shape, at, final }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      const values = initial.slice(begin, begin + size);
      begin += size;
      at.forEach((place, index) => {
        values[place] = final[index] ?? 0;
      });
      return [path, values] as const;
    }),
  );
  const [first] = weights.values();
  if (first !== undefined && faults.frozen !== undefined)
    first[1] = (first[1] ?? 0) + faults.frozen;
  const gradients = golden.weights.flatMap(({ path, shape, at, gradient }) => {
    if (gradient === undefined) return [];
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    at.forEach((place, index) => {
      values[place] = gradient[index] ?? 0;
    });
    return [[path, values] as const];
  });
  return async () => ({
    info: { engine: "tfjs", label: "stand-in", device: "none", backend: "none" },
    trainStep: async () => {
      step += 1;
    },
    readMetrics: async () => {
      const lastLoss = (golden.loss[step - 1] ?? 0) + (step === 5 ? (faults.loss ?? 0) : 0);
      return { lossSum: lastLoss, lastLoss, numCorrect: 0, numImages: 8, numSteps: 1 };
    },
    evaluate: () => Promise.reject(new Error("not asked for")),
    predict: async () => Float32Array.from(golden.inference.flat()),
    gradients: async () => new Map(gradients),
    readWeights: async () => weights,
    writeWeights: () => {},
    readState: () => Promise.reject(new Error("not asked for")),
    writeState: () => {},
    memory: () => ({ usedBytes: 0, numTensors: 0 }),
    deviceLost: new Promise(() => {}),
    dispose: () => {},
  });
}

describe("TensorFlow.js against real Keras", () => {
  test.each(["frozen", "general"])("passes %s", async (name) => {
    const { status, summary, checks } = await verifyTrace(trace(name), onCpu);
    expect(checks.filter(({ deviation, allowed }) => !(deviation <= allowed))).toEqual([]);
    expect({ status, summary }).toMatchObject({
      status: "passed",
      summary: expect.stringMatching(/8 steps/),
    });
  });
});

describe("a trace", () => {
  const folder = mkdtempSync(join(tmpdir(), "trace-"));
  beforeAll(() => cpSync(GOLDENS, folder, { recursive: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  const frozen: Golden = JSON.parse(readFileSync(trace("frozen"), "utf8"));

  /** Copies the `frozen` trace with changes to a separate folder. */
  function changed(change: object): string {
    const path = join(folder, "traces", "changed.json");
    writeFileSync(path, JSON.stringify({ ...frozen, ...change }));
    return path;
  }

  test("passes for an engine that says what Keras says", async () => {
    const { status, checks, unjudged } = await verifyTrace(
      trace("frozen"),
      wrongEngine(frozen, {}),
    );
    expect(status).toBe("passed");
    expect(checks.filter(({ what }) => what.startsWith("frozen"))).toHaveLength(44);
    expect(unjudged).toHaveLength(2);
  });

  test("fails on one other loss, and says where", async () => {
    const { status, summary, deviation, allowed } = await verifyTrace(
      trace("frozen"),
      wrongEngine(frozen, { loss: 0.01 }),
    );
    expect(status).toBe("failed");
    expect(summary).toMatch(/1 of \d+ comparisons fail, the worst at loss of step 5/);
    expect(deviation).toBeCloseTo(0.01, 6);
    expect(allowed).toBe(1e-4);
  });

  test("fails where a frozen weight moved by one bit", async () => {
    const { status, summary } = await verifyTrace(
      trace("frozen"),
      wrongEngine(frozen, { frozen: 2 ** -25 }),
    );
    expect(status).toBe("failed");
    expect(summary).toMatch(/1 of \d+ comparisons fail, the worst at frozen block1_conv1\/kernel/);
  });

  test.each([
    ["whose batches are missing", { batches: "batches/none.f32" }, /none.f32 cannot be read/],
    [
      "whose initial weights are too short",
      { initial: "weights/5773f976aa55.f32" },
      /another length/,
    ],
    [
      "with an unknown optimizer",
      { spec: { net: { size: 32 }, optimizer: ["Lion", {}] } },
      /optimizer/,
    ],
    ["with too few labels", { labels: [1, 2] }, /labels/],
    [
      "of another network",
      { spec: { net: "general", optimizer: ["Adam", {}] } },
      /does not fit the network/,
    ],
  ])("%s is refused", async (_, change, message) => {
    const verification = verifyTrace(changed(change), onCpu);
    await expect(verification).rejects.toMatchObject({
      code: "golden.invalid",
      message: expect.stringMatching(message),
    });
  });

  test("is told from a model golden", () => {
    expect(isTraceGolden(frozen)).toBe(true);
    expect(isTraceGolden({ spec: {}, total: 1, trainable: 1, layers: [] })).toBe(false);
  });
});

test("the order of layers is Keras', in which parallel branches interleave", () => {
  const golden: { weights: { path: string }[] } = JSON.parse(readFileSync(trace("frozen"), "utf8"));
  const expected = [...new Set(golden.weights.map(({ path }) => path.split("/")[0]))];
  const spec = { size: 32, channels: 1, repeats: 1, width: 0.125, classes: 10, stem: "same" };
  const ours = inKerasOrder(goldenGraph(spec)).map(({ name }) => name);
  expect(ours.filter((name) => expected.includes(name))).toEqual(expected);
  expect(ours.indexOf("block2_pool")).toBe(ours.indexOf("block2_residual_bn") - 1);
});

test("Keras' cosine decay warms up linearly and ends at alpha of the target", () => {
  const decay = {
    initial_learning_rate: 0,
    decay_steps: 7,
    warmup_target: 0.001,
    warmup_steps: 3,
    alpha: 0.01,
  };
  expect(kerasCosineDecay(decay, 0)).toBe(0);
  expect(kerasCosineDecay(decay, 2)).toBeCloseTo(0.002 / 3, 12);
  expect(kerasCosineDecay(decay, 3)).toBe(0.001);
  expect(kerasCosineDecay(decay, 10)).toBeCloseTo(0.00001, 12);
  expect(kerasCosineDecay(decay, 99)).toBeCloseTo(0.00001, 12);
});
