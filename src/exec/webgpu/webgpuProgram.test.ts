import { describe, expect, test } from "vitest";
import { greatestOf } from "../../core/numbers.ts";
import { buildEveryOperation } from "../../network/networks/everyOperation.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { PROGRAM_NAMES } from "../../plan/buffers.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { storeHalves } from "../../plan/halves.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import { planOptions } from "../../plan/planCases.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { layOutProgram, programBytes } from "./webgpuProgram.ts";

const large = buildXception({
  ...oneMinute.settings,
  inputSize: 94,
  width: 1,
  middleRepeats: 3,
});

function programOf(graph: typeof large, batchSize: number) {
  return layOutProgram(applyPasses(compilePlan(planOptions(graph, { batchSize })), PASS_NAMES));
}

describe("a plan as dispatches", () => {
  test.each([
    ["Xception at 94 pixels", large],
    ["the network of every operation", buildEveryOperation()],
  ])("%s: none reads a storage that it writes", (_name, graph) => {
    const { lists } = programOf(graph, 4);
    const faults = PROGRAM_NAMES.flatMap((name) =>
      lists[name].filter(({ bindings }) => {
        const written = bindings.filter(({ access }) => access === "write");
        const names = new Set(bindings.map(({ storage }) => storage));
        return names.size !== bindings.length || written.length === 0;
      }),
    );
    expect(faults.map(({ label }) => label)).toEqual([]);
  });

  test("Xception at 94 pixels, batch 64, takes 230 dispatches a step at most and fits 1.3 GB", () => {
    const program = programOf(large, 64);
    expect(program.lists.training.length).toBeLessThanOrEqual(230);
    expect(programBytes(program)).toBeLessThan(1.3e9);
  });

  test("what Xception's normalisations need is made by the dispatches before them", () => {
    const { lists } = programOf(large, 4);
    const named = (part: string) => lists.training.filter(({ name }) => name.includes(part));
    expect(named("coefficients")).toEqual([]);
    // Only a product, the gradient of the second convolution, does not take the sums along.
    expect(named("normalizationSums").filter(({ name }) => !name.includes("total"))).toHaveLength(
      1,
    );
    expect(named("normalizationSums, total")).toHaveLength(25);
  });

  test("every depthwise convolution of Xception has both gradients from one dispatch", () => {
    const names = programOf(large, 4).lists.training.map(({ name }) => name);
    const depthwise = names.filter((name) => name.startsWith("depthwiseConv2d"));
    expect(new Set(depthwise)).toEqual(new Set(["depthwiseConv2d", "depthwiseConv2dGradients"]));
    expect(depthwise).toHaveLength(2 * 19);
  });

  test("in mixed precision it fits 0.8 GB, two dispatches more", () => {
    const plan = applyPasses(compilePlan(planOptions(large, { batchSize: 64 })), PASS_NAMES);
    const [single, mixed] = [layOutProgram(plan), layOutProgram(storeHalves(plan))];
    expect(programBytes(mixed)).toBeLessThan(0.8e9);
    expect(mixed.lists.training.length).toBe(single.lists.training.length + 2);
    expect(mixed.lists.evaluation.length).toBe(single.lists.evaluation.length);
  });

  test("no kernel binds more storages than the device is asked for", () => {
    const counts = [large, buildEveryOperation()].flatMap((graph) => {
      const { lists } = programOf(graph, 4);
      return PROGRAM_NAMES.flatMap((name) => lists[name].map(({ bindings }) => bindings.length));
    });
    expect(greatestOf(counts)).toBeLessThanOrEqual(10);
  });
});
