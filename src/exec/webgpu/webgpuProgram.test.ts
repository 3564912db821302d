import { describe, expect, test } from "vitest";
import { PROGRAM_NAMES } from "../../plan/buffers.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { storeHalves } from "../../plan/halves.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import { planOptions } from "../../plan/planCases.ts";
import { buildEveryOperation } from "../../spec/networks/everyOperation.ts";
import { buildXception } from "../../spec/networks/xception.ts";
import { oneMinute } from "../../spec/recipes/oneMinute.ts";
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

  test("Xception at 94 pixels, batch 64, fits 1.3 GB", () => {
    expect(programBytes(programOf(large, 64))).toBeLessThan(1.3e9);
  });

  test("in mixed precision it fits 0.8 GB, two dispatches more", () => {
    const plan = applyPasses(compilePlan(planOptions(large, { batchSize: 64 })), PASS_NAMES);
    const [single, mixed] = [layOutProgram(plan), layOutProgram(storeHalves(plan))];
    expect(programBytes(mixed)).toBeLessThan(0.8e9);
    expect(mixed.lists.training.length).toBe(single.lists.training.length + 2);
    expect(mixed.lists.evaluation.length).toBe(single.lists.evaluation.length);
  });

  test("no kernel binds more storages than the device is asked for", () => {
    const { lists } = programOf(buildEveryOperation(), 4);
    const counts = PROGRAM_NAMES.flatMap((name) =>
      lists[name].map(({ bindings }) => bindings.length),
    );
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
  });
});
