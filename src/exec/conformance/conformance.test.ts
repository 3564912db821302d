import { describe, expect, test } from "vitest";
import { readKernels } from "../../cli/readKernels.ts";
import { PROGRAM_NAMES } from "../../plan/buffers.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { SIGNATURES } from "../../plan/signatures.ts";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { createTfjsExecutor } from "../tfjs/createTfjsExecutor.ts";
import { createWasmExecutor } from "../wasm/wasmExecutor.ts";
import { CONFORMANCE_CASES } from "./cases.ts";
import { type CreateExecutor, failuresOf, runConformance } from "./runConformance.ts";

const tfjs: CreateExecutor = async (options) =>
  (await createTfjsExecutor({ options, backend: "cpu" })).executor;

test("the table holds every operation", () => {
  const ops = CONFORMANCE_CASES.flatMap(({ options }) => {
    const { programs } = compilePlan(options);
    return PROGRAM_NAMES.flatMap((name) => programs[name].steps.map(({ op }) => op));
  });
  expect(new Set(ops)).toEqual(new Set(Object.keys(SIGNATURES)));
});

test("the names of the cases differ", () => {
  expect(new Set(CONFORMANCE_CASES.map(({ name }) => name)).size).toBe(CONFORMANCE_CASES.length);
});

describe("TensorFlow.js computes what the reference computes", () => {
  test.each(CONFORMANCE_CASES)("$name", async (given) => {
    const checks = await runConformance(given, tfjs, createReferenceExecutor, {
      ownDropoutMasks: true,
    });
    expect(checks.length).toBeGreaterThan(0);
    expect(failuresOf(checks)).toEqual([]);
  });
});

describe("CPU compiled computes what the reference computes", async () => {
  const module = await readKernels();
  const wasm: CreateExecutor = (options) => createWasmExecutor(options, module);
  test.each(CONFORMANCE_CASES)("$name, compiled", async (given) => {
    const checks = await runConformance(given, wasm, createReferenceExecutor);
    expect(checks.length).toBeGreaterThan(0);
    expect(failuresOf(checks)).toEqual([]);
  });
});

describe("the comparison", () => {
  const [given] = CONFORMANCE_CASES;
  if (given === undefined) throw new Error("there are no cases");

  test("fails an executor that is slightly wrong, and says where", async () => {
    const wrong: CreateExecutor = (options) =>
      createReferenceExecutor({
        ...options,
        optimizer: { ...options.optimizer, momentum: 0.85 },
        labelSmoothing: 0.001,
      });
    const failures = failuresOf(await runConformance(given, wrong, createReferenceExecutor));
    expect(failures.some((line) => line.startsWith("gradient of first/kernel"))).toBe(true);
    expect(failures.some((line) => line.startsWith("movement of predictions/bias"))).toBe(true);
  });

  test("fails an executor that trains what is frozen", async () => {
    const frozen = { ...given, options: { ...given.options, frozenLayers: 2 } };
    const wrong: CreateExecutor = (options) =>
      createReferenceExecutor({ ...options, frozenLayers: 0 });
    const failures = failuresOf(await runConformance(frozen, wrong, createReferenceExecutor));
    expect(failures.some((line) => line.includes("which is not trained"))).toBe(true);
    expect(failures.some((line) => line.startsWith("unchanged first/kernel"))).toBe(true);
  });
});
