/** Compares the engines in real Chromium, opened as the page opens them, with the reference, real Keras and one another. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { openWasm } from "../../src/cli/engines.ts";
import { verifyTrace } from "../../src/cli/verifyTrace.ts";
import { append } from "../../src/core/numbers.ts";
import { caseBatch, startingWeights, type Weights } from "../../src/exec/conformance/caseData.ts";
import { CONFORMANCE_CASES, type ConformanceCase } from "../../src/exec/conformance/cases.ts";
import { failuresOf, runConformance } from "../../src/exec/conformance/runConformance.ts";
import type { ExecutorOptions, ReplayExecutor } from "../../src/exec/executor.ts";
import { createReferenceExecutor } from "../../src/exec/reference/referenceExecutor.ts";
import type { EngineChoice } from "./page/engineCalls.ts";
import { openRemoteExecutor } from "./remoteExecutor.ts";
import { type ServedPage, servePage } from "./servePage.ts";

const TRACES = join(import.meta.dirname, "../../goldens/traces");

/**
 * On a software graphics adapter the other cases take minutes, and the CPU backend of TensorFlow.js runs the same JavaScript in
 * Node. This case covers all operations.
 */
const ON_CARDS = "the network of every operation";
/** Set this variable to run all cases there too. */
const RUNS_ALL = process.env.CONFORMANCE === "all";

interface Engine {
  readonly title: string;
  readonly choice: EngineChoice;
  /** The label that the executor must report, so that a fallback does not pass for the engine under test. */
  readonly label: string;
  readonly device: RegExp;
}

function compiled(simd: "plain" | "relaxed", threads: number): Engine {
  const words = threads === 1 ? "one thread" : `${threads} threads`;
  return {
    title: `CPU compiled, ${simd} SIMD, ${words}`,
    choice: { engine: "wasm", threads, reproducible: simd === "plain" },
    label: `CPU, compiled · SIMD, ${words}`,
    device: new RegExp(`${simd} SIMD`),
  };
}

function tfjs(backend: "cpu" | "webgl" | "webgpu", name: string): Engine {
  return {
    title: `TensorFlow.js on ${name}`,
    choice: { engine: "tfjs", backend },
    label: `TensorFlow.js · ${name}`,
    device: /./,
  };
}

const WEBGPU: Engine = {
  title: "WebGPU compiled",
  choice: { engine: "webgpu" },
  label: "WebGPU, compiled",
  device: /./,
};
const PLAIN = compiled("plain", 1);
const RELAXED = compiled("relaxed", 1);
const RELAXED_THREADS = compiled("relaxed", 2);

let served: ServedPage;
test.beforeAll(async () => {
  served = await servePage();
});
test.afterAll(() => served.close());

test.beforeEach(async ({ page }) => {
  await page.goto(served.address);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

async function openEngine(page: Page, { choice, label, device }: Engine, options: ExecutorOptions) {
  const executor = await openRemoteExecutor(page, choice, options);
  expect(executor.info).toMatchObject({ label, device: expect.stringMatching(device) });
  return executor;
}

/** Lists failures by case and check. */
async function failuresIn(
  page: Page,
  engine: Engine,
  cases: readonly ConformanceCase[],
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const given of cases) {
    const checks = await runConformance(
      given,
      (options) => openEngine(page, engine, options),
      createReferenceExecutor,
      { ownDropoutMasks: engine.choice.engine === "tfjs" },
    );
    expect(checks.length, given.name).toBeGreaterThan(0);
    append(
      failures,
      failuresOf(checks).map((failure) => `${given.name}: ${failure}`),
    );
  }
  return failures;
}

// Node has no relaxed SIMD. Plain SIMD and threads need no cases here: the tests below show that they give the same bits as
// builds that are tested here or in Node.
test(`${RELAXED.title}: every case as the reference computes it`, async ({ page }) => {
  expect(await failuresIn(page, RELAXED, CONFORMANCE_CASES)).toEqual([]);
});

for (const engine of [tfjs("cpu", "CPU"), tfjs("webgl", "WebGL"), tfjs("webgpu", "WebGPU"), WEBGPU])
  test(`${engine.title}: ${RUNS_ALL ? "every case" : ON_CARDS} as the reference computes it`, async ({
    page,
  }) => {
    if (RUNS_ALL) test.setTimeout(0);
    const cases = CONFORMANCE_CASES.filter(({ name }) => RUNS_ALL || name === ON_CARDS);
    expect(cases.length).toBeGreaterThan(0);
    expect(await failuresIn(page, engine, cases)).toEqual([]);
  });

for (const engine of [PLAIN, RELAXED_THREADS])
  test(`${engine.title}: what real Keras computed`, async ({ page }) => {
    const traces = readdirSync(TRACES).filter((name) => name.endsWith(".json"));
    expect(traces.length).toBeGreaterThan(0);
    for (const name of traces) {
      const verdict = await verifyTrace(join(TRACES, name), (options) =>
        openEngine(page, engine, options),
      );
      expect.soft(verdict, `${name}: ${verdict.summary}`).toMatchObject({ status: "passed" });
    }
  });

const STEPS = 3;

/** Returns every weight after some steps and the network's predictions. Disposes the executor. */
async function outcome(given: ConformanceCase, executor: ReplayExecutor): Promise<Weights> {
  try {
    await executor.writeWeights(startingWeights(given.options));
    for (let step = 0; step < STEPS; step += 1)
      await executor.trainStep(caseBatch(given, step), given.learningRate);
    const predictions = await executor.predict(caseBatch(given, 0));
    return new Map([...(await executor.readWeights()), ["predictions", predictions]]);
  } finally {
    await executor.dispose();
  }
}

/** Returns the names of the weights that differ in any bit. */
function differences(ours: Weights, theirs: Weights): readonly string[] {
  expect([...ours.keys()]).toEqual([...theirs.keys()]);
  return [...ours].flatMap(([path, values]) => {
    const others = theirs.get(path);
    return others !== undefined && bytesOf(values).equals(bytesOf(others)) ? [] : [path];
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

for (const simd of ["plain", "relaxed"] as const)
  test(`two threads give the bits of one: ${simd} SIMD`, async ({ page }) => {
    for (const given of CONFORMANCE_CASES) {
      const train = async (threads: number) =>
        outcome(given, await openEngine(page, compiled(simd, threads), given.options));
      expect.soft(differences(await train(2), await train(1)), given.name).toEqual([]);
    }
  });

test("plain SIMD gives the same bits in Chromium as in Node", async ({ page }) => {
  for (const given of CONFORMANCE_CASES) {
    const here = await outcome(given, await openWasm(given.options, 1));
    const there = await openEngine(page, PLAIN, given.options);
    expect.soft(differences(await outcome(given, there), here), given.name).toEqual([]);
  }
});
