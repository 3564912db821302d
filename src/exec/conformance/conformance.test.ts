import { describe, expect, test } from "vitest";
import { openWebgpu } from "../../cli/engines.ts";
import { readKernels } from "../../cli/readKernels.ts";
import { PROGRAM_NAMES } from "../../plan/buffers.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { storeHalfPrecision } from "../../plan/halfPrecision.ts";
import { INLINE_READERS, JOINS } from "../../plan/marks.ts";
import { OPERATIONS } from "../../plan/operations.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import { operandsOf, readsOf, writesOf } from "../../plan/step.ts";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { createTfjsExecutor } from "../tfjs/createTfjsExecutor.ts";
import { createWasmExecutor } from "../wasm/wasmExecutor.ts";
import { CONFORMANCE_CASES, type ConformanceCase, MIXED_CASES } from "./cases.ts";
import { type CreateExecutor, failuresOf, runConformance } from "./runConformance.ts";

const tfjs: CreateExecutor = async (options) =>
  (await createTfjsExecutor({ options, backend: "cpu" })).executor;

test("the table holds every operation", () => {
  const ops = CONFORMANCE_CASES.flatMap(({ options }) => {
    const { programs } = compilePlan(options);
    return PROGRAM_NAMES.flatMap((name) => programs[name].steps.map(({ op }) => op));
  });
  expect(new Set(ops)).toEqual(new Set(Object.keys(OPERATIONS)));
});

test("the table holds every operand that can be inline and every pair that can be joined", () => {
  const found = new Set<string>();
  for (const { options } of CONFORMANCE_CASES) {
    const { programs } = applyPasses(compilePlan(options), PASS_NAMES);
    for (const { steps } of PROGRAM_NAMES.map((name) => programs[name])) {
      const inline = new Map(
        steps.flatMap((step) =>
          step.inline ? writesOf(step).map((id) => [id, step.op] as const) : [],
        ),
      );
      steps.forEach((step, index) => {
        if (step.joins) found.add(`${steps[index - 1]?.op} + ${step.op}`);
        for (const { name, ids } of operandsOf(step).filter(({ group }) => group === "inputs"))
          for (const source of ids.flatMap((id) => inline.get(id) ?? []))
            found.add(`${source} in ${name} of ${step.op}`);
      });
    }
  }
  const allowed = [
    ...Object.entries(INLINE_READERS).flatMap(([source, readers]) =>
      Object.entries(readers).map(([reader, operand]) => `${source} in ${operand} of ${reader}`),
    ),
    ...Object.entries(JOINS).flatMap(([op, { after }]) =>
      Object.keys(after).map((before) => `${before} + ${op}`),
    ),
  ];
  expect([...found].toSorted()).toEqual(allowed.toSorted());
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

/** Contains every operation and optimiser once, because a software adapter takes seconds to compile a network's kernels. */
const ON_WEBGPU: ReadonlySet<string> = new Set([
  "the network of every operation",
  "batch normalisation and ReLU before everything that can load them",
  "a small Xception",
  "a linear head",
  "Adam",
  "AdamW, clipped",
  "RMSprop",
  "Adadelta",
  "every activation in one network",
  "augmented pixels in colour",
  "floats in colour",
  "average pooling, symmetric",
  "dropout",
  "softmax over channels",
  "axes in every order, and normalised",
  "PReLU",
  "branches that are enlarged, multiplied and put together",
]);

describe("WebGPU compiled computes what the reference computes", () => {
  const all = process.env.CONFORMANCE === "all";
  const cases = CONFORMANCE_CASES.filter(
    ({ name }) => all || ON_WEBGPU.has(name) || name.startsWith("the optimiser"),
  );

  test("in cases that hold every operation", () => {
    const ops = cases.flatMap(({ options }) => {
      const { programs } = compilePlan(options);
      return PROGRAM_NAMES.flatMap((name) => programs[name].steps.map(({ op }) => op));
    });
    expect(new Set(ops)).toEqual(new Set(Object.keys(OPERATIONS)));
  });

  test.each(cases)("$name, on WebGPU", async (given) => {
    const checks = await runConformance(given, openWebgpu, createReferenceExecutor);
    expect(checks.length).toBeGreaterThan(0);
    expect(failuresOf(checks)).toEqual([]);
  });
});

describe("WebGPU compiled in mixed precision computes what the reference rounds alike", () => {
  test("in cases that store in 16 bits what any operation reads or writes so", () => {
    const touching = (cases: readonly ConformanceCase[]) => {
      const plans = cases.map(({ options }) =>
        storeHalfPrecision(applyPasses(compilePlan(options), PASS_NAMES)),
      );
      return new Set(
        plans.flatMap(({ buffers, programs }) =>
          PROGRAM_NAMES.flatMap((name) => programs[name].steps)
            .filter((step) =>
              [...readsOf(step), ...writesOf(step)].some((id) => buffers[id]?.type === "f16"),
            )
            .map(({ op }) => op),
        ),
      );
    };
    const held = touching(MIXED_CASES);
    expect([...touching(CONFORMANCE_CASES)].filter((op) => !held.has(op))).toEqual([]);
  });

  test.each(MIXED_CASES)("$name", async (given) => {
    const checks = await runConformance(given, openWebgpu, createReferenceExecutor);
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
