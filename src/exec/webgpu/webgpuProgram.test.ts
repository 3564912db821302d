import { describe, expect, test } from "vitest";
import { greatestOf } from "../../core/numbers.ts";
import { buildEveryOperation } from "../../network/networks/everyOperation.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { PROGRAM_NAMES, type ProgramName } from "../../plan/buffers.ts";
import { compilePlan, compileProgram } from "../../plan/compilePlan.ts";
import { storeHalfPrecision } from "../../plan/halfPrecision.ts";
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

function programOf(graph: typeof large, batchSize: number, name: ProgramName = "training") {
  const plan = compileProgram(planOptions(graph, { batchSize }), name);
  return layOutProgram(applyPasses(plan, PASS_NAMES), name);
}

describe("a plan as dispatches", () => {
  test.each([
    ["Xception at 94 pixels", large],
    ["the network of every operation", buildEveryOperation()],
  ])("%s: none reads a storage that it writes", (_name, graph) => {
    const faults = PROGRAM_NAMES.flatMap((name) =>
      programOf(graph, 4, name).dispatches.filter(({ bindings }) => {
        const written = bindings.filter(({ access }) => access === "write");
        const names = new Set(bindings.map(({ storage }) => storage));
        return names.size !== bindings.length || written.length === 0;
      }),
    );
    expect(faults.map(({ label }) => label)).toEqual([]);
  });

  test("Xception at 94 pixels, batch 64, takes 230 dispatches a step at most and fits 1.3 GB", () => {
    const program = programOf(large, 64);
    expect(program.dispatches.length).toBeLessThanOrEqual(230);
    expect(programBytes(program)).toBeLessThan(1.3e9);
  });

  test("what Xception's normalisations need is made by the dispatches before them", () => {
    const { dispatches } = programOf(large, 4);
    const named = (part: string) => dispatches.filter(({ name }) => name.includes(part));
    expect(named("coefficients")).toEqual([]);
    // Only the gradient of the second convolution, which is a product, cannot compute the sums in the same kernel.
    expect(named("normalizationSums").filter(({ name }) => !name.includes("total"))).toHaveLength(
      1,
    );
    expect(named("normalizationSums, total")).toHaveLength(25);
  });

  test("every depthwise convolution of Xception has both gradients from one dispatch", () => {
    const names = programOf(large, 4).dispatches.map(({ name }) => name);
    const depthwise = names.filter((name) => name.startsWith("depthwiseConv2d"));
    expect(new Set(depthwise)).toEqual(new Set(["depthwiseConv2d", "depthwiseConv2dGradients"]));
    expect(depthwise).toHaveLength(2 * 19);
  });

  test("in mixed precision it fits 0.8 GB, two dispatches more", () => {
    const plan = applyPasses(compilePlan(planOptions(large, { batchSize: 64 })), PASS_NAMES);
    const numDispatches = (given: typeof plan, name: ProgramName) =>
      layOutProgram(given, name).dispatches.length;
    const mixed = storeHalfPrecision(plan);
    expect(programBytes(layOutProgram(mixed, "training"))).toBeLessThan(0.8e9);
    expect(numDispatches(mixed, "training")).toBe(numDispatches(plan, "training") + 2);
    expect(numDispatches(mixed, "evaluation")).toBe(numDispatches(plan, "evaluation"));
  });

  test("no kernel binds more storages than the device is asked for", () => {
    const counts = [large, buildEveryOperation()].flatMap((graph) =>
      PROGRAM_NAMES.flatMap((name) =>
        programOf(graph, 4, name).dispatches.map(({ bindings }) => bindings.length),
      ),
    );
    expect(greatestOf(counts)).toBeLessThanOrEqual(10);
  });
});
