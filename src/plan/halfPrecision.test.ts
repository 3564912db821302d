import { describe, expect, test } from "vitest";
import { createBuilder } from "../network/networks/builder.ts";
import { buildEveryOperation } from "../network/networks/everyOperation.ts";
import { assignMemory } from "./assignMemory.ts";
import { bufferAt, PROGRAM_NAMES, storageOf } from "./buffers.ts";
import { compilePlan } from "./compilePlan.ts";
import { hasHalfGradients, storeHalfPrecision } from "./halfPrecision.ts";
import { applyPasses, PASS_NAMES } from "./passes/registry.ts";
import { oneMinuteNetwork, planOptions } from "./planCases.ts";
import { planText } from "./planText.ts";
import { validatePlan } from "./validatePlan.ts";

const marked = (graph: ReturnType<typeof oneMinuteNetwork>) =>
  applyPasses(compilePlan(planOptions(graph)), PASS_NAMES);

describe("storage in 16 bits", () => {
  const before = marked(oneMinuteNetwork());
  const plan = storeHalfPrecision(before);

  test("is for feature maps and their gradients, and for nothing else", () => {
    const roles = new Set(plan.buffers.filter(({ type }) => type === "f16").map((b) => b.role));
    expect([...roles].toSorted()).toEqual(["activation", "activation-gradient"]);
    const kept = plan.buffers.filter(
      ({ role, type, unstored }) => roles.has(role) && type === "f32" && !unstored,
    );
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter(({ shape }) => shape.length !== 2)).toEqual([]);
    expect(hasHalfGradients(plan)).toBe(true);
    expect(hasHalfGradients(before)).toBe(false);
  });

  test("changes types only, takes less memory and stands in the printed plan", () => {
    const single = plan.buffers.map((buffer) =>
      buffer.type === "f16" ? { ...buffer, type: "f32" } : buffer,
    );
    expect({ ...plan, buffers: single }).toEqual(before);
    expect(() => validatePlan(plan)).not.toThrow();
    const transient = (given: typeof plan) => assignMemory(given).arenaBytes.transient;
    expect(transient(plan)).toBeLessThan(0.6 * transient(before));
    expect(planText(plan)).toMatch(/activation block1_conv1 \[[\dx]+\] f16, training/);
  });

  test("is not for what threads write number by number, nor for odd channels", () => {
    const net = createBuilder("single writers");
    let x = net.conv2d(net.input("input", [8, 8, 2]), "even", { filters: 4, kernelSize: [1, 1] });
    x = net.conv2d(x, "grouped", { filters: 4, kernelSize: [3, 3], groups: 2 });
    x = net.depthwiseConv2d(x, "multiplied", { kernelSize: [3, 3], depthMultiplier: 2 });
    x = net.dropout(net.activation(x, "softmax", "softmax"), "dropped", 0.5);
    x = net.conv2d(x, "odd", { filters: 3, kernelSize: [1, 1] });
    net.dense(net.flatten(x, "flat"), "predictions", 4, "softmax");
    const { buffers } = storeHalfPrecision(marked(net.finish()));
    const halves = buffers.filter(({ type }) => type === "f16").map(({ label }) => label);
    expect(new Set(halves)).toEqual(new Set(["even", "d dropped"]));
  });

  test("is the same for all views of a buffer", () => {
    const { buffers, programs } = storeHalfPrecision(marked(buildEveryOperation()));
    const views = buffers.filter(({ viewOf }) => viewOf !== undefined);
    expect(views.length).toBeGreaterThan(0);
    for (const view of views)
      expect(view.type).toBe(bufferAt(buffers, storageOf(buffers, view.id)).type);
    expect(PROGRAM_NAMES.every((name) => programs[name].steps.length > 0)).toBe(true);
  });
});
