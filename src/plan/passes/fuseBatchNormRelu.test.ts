import { describe, expect, test } from "vitest";
import { assignMemory, planBytes } from "../assignMemory.ts";
import { PERSISTENT_ROLES } from "../buffers.ts";
import { compilePlan } from "../compilePlan.ts";
import { allPlanOptions, oneMinuteNetwork, planOptions } from "../planCases.ts";
import type { TrainingPlan } from "../trainingPlan.ts";
import { applyPasses, PASS_NAMES } from "./registry.ts";

const fused = (plan: TrainingPlan) => applyPasses(plan, ["fuseBatchNormRelu"]);
const persistent = (plan: TrainingPlan) =>
  plan.buffers.filter(({ role }) => PERSISTENT_ROLES.has(role));

describe("fusing batch normalisation with ReLU", () => {
  test("leaves no ReLU behind a batch normalisation that it alone reads, forward or backward", () => {
    const plan = compilePlan(planOptions(oneMinuteNetwork()));
    const { steps } = fused(plan).programs.training;
    const of = (op: string) => steps.filter((step) => step.op === op).map(({ layer }) => layer);
    // Those behind a sum of branches.
    expect(of("activation")).toEqual([
      "block3_sepconv1_act",
      "block4_sepconv1_act",
      "block5_sepconv1_act",
    ]);
    expect(new Set(of("activationGradient"))).toEqual(new Set(of("activation")));
    const relus = steps.filter(
      (step) => step.op === "batchNormalizationGradient" && step.attributes.activation === "relu",
    );
    expect(relus).toHaveLength(8);
    expect(relus.every(({ inputs }) => "y" in inputs)).toBe(true);
  });

  test("shortens every program and needs no more memory", () => {
    const plan = compilePlan(planOptions(oneMinuteNetwork(), { batchSize: 64 }));
    const after = fused(plan);
    for (const name of ["training", "evaluation", "prediction"] as const)
      expect(after.programs[name].steps.length).toBeLessThan(plan.programs[name].steps.length);
    expect(planBytes(assignMemory(after))).toBeLessThanOrEqual(planBytes(assignMemory(plan)));
  });

  test("leaves the numbers of what outlives a step as they are", () => {
    for (const plan of allPlanOptions().map(compilePlan))
      expect(persistent(fused(plan))).toEqual(persistent(plan));
  });

  test("is switched by name: with no names a plan stays as it is", () => {
    const plan = compilePlan(planOptions(oneMinuteNetwork()));
    expect(applyPasses(plan, [])).toBe(plan);
    expect(PASS_NAMES).toContain("fuseBatchNormRelu");
  });
});
