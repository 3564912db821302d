import { describe, expect, test } from "vitest";
import { analyze } from "../../src/network/analyze.ts";
import { buildXception } from "../../src/network/networks/xception.ts";
import { compilePlan } from "../../src/plan/compilePlan.ts";
import { launchesOf } from "../../src/plan/marks.ts";
import { applyPasses, PASS_NAMES } from "../../src/plan/passes/registry.ts";
import { notebook } from "../../src/settings/recipes/notebook.ts";
import { executorOptions } from "../../src/train/engine/executorOptions.ts";
import { workOfLaunches } from "./launchWork.ts";

const settings = { ...notebook.settings, inputSize: 48, width: 0.25, batchSize: 8 };
const graph = buildXception(settings);
const plain = compilePlan(executorOptions(settings, graph));
const fused = applyPasses(plain, PASS_NAMES);

function total(plan: typeof plain, phase: string) {
  const { steps } = plan.programs.training;
  const work = workOfLaunches(plan.buffers, steps);
  return launchesOf(steps)
    .filter(([first]) => first.phase === phase)
    .map(work)
    .reduce((sum, { flops, bytes }) => ({
      flops: sum.flops + flops,
      bytes: sum.bytes + bytes,
    }));
}

describe("the work of a plan's launches", () => {
  test("forward, it is two operations for each MAC that the network is counted with", () => {
    expect(total(plain, "forward").flops).toBe(2 * settings.batchSize * analyze(graph).macs);
  });

  test("backward, it is the same again for the filters, and for all inputs but the images", () => {
    const [forward, backward] = [total(plain, "forward").flops, total(plain, "backward").flops];
    expect(backward).toBeGreaterThan(1.9 * forward);
    expect(backward).toBeLessThan(2 * forward);
  });

  test("fusion changes the bytes and not the arithmetic", () => {
    for (const phase of ["forward", "backward"]) {
      expect(total(fused, phase).flops).toBe(total(plain, phase).flops);
    }
    expect(total(fused, "forward").bytes).toBeLessThan(total(plain, "forward").bytes);
  });

  test("an update reads gradients and writes all it changes", () => {
    const params = analyze(graph).trainableParams;
    // Reads and writes parameters, momentum and velocity, reads gradients, and handles moving statistics as well.
    expect(total(plain, "update").bytes).toBeGreaterThan(7 * 4 * params);
    expect(total(plain, "update").bytes).toBeLessThan(7.5 * 4 * params);
  });
});
