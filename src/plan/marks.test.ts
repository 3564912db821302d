import { describe, expect, test } from "vitest";
import { PROGRAM_NAMES } from "./buffers.ts";
import { compilePlan } from "./compilePlan.ts";
import { launchesOf, loadsOf } from "./marks.ts";
import { applyPasses, PASS_NAMES } from "./passes/registry.ts";
import { allPlanOptions, oneMinuteNetwork, planOptions } from "./planCases.ts";
import type { Step } from "./step.ts";

const plan = applyPasses(compilePlan(planOptions(oneMinuteNetwork())), PASS_NAMES);
const { steps } = plan.programs.training;

function stepOf<K extends Step["op"]>(op: K, layer: string) {
  const found = steps.find((step) => step.op === op && step.layer === layer);
  if (found === undefined) throw new Error(`the plan has no ${op} of ${layer}`);
  return found;
}

describe("launches", () => {
  test("hold every step once, in order", () => {
    for (const each of allPlanOptions().map((options) =>
      applyPasses(compilePlan(options), PASS_NAMES),
    ))
      for (const program of PROGRAM_NAMES)
        expect(launchesOf(each.programs[program].steps).flat()).toEqual(
          each.programs[program].steps,
        );
  });

  test("are a step with those that join it", () => {
    const launch = launchesOf(steps).find((each) =>
      each.includes(stepOf("depthwiseConv2dInputGradient", "block2_sepconv2")),
    );
    expect(launch?.map(({ op }) => op)).toEqual([
      "depthwiseConv2dFilterGradient",
      "depthwiseConv2dInputGradient",
      "activationGradient",
      "normalizationSums",
    ]);
    const apart = steps.map(({ joins: _left, ...step }) => step);
    expect(launchesOf(apart)).toHaveLength(steps.length);
  });
});

describe("what a step loads", () => {
  test("is its operands where none is inline", () => {
    const step = stepOf("conv2d", "block2_sepconv2");
    expect(loadsOf(steps)(step)).toEqual(Object.values(step.inputs));
  });

  test("is what a chain of inline steps begins with", () => {
    const norm = stepOf("normalize", "block2_sepconv1_bn");
    const relu = stepOf("activation", "block2_sepconv2_act");
    const reader = stepOf("depthwiseConv2d", "block2_sepconv2");
    expect([norm.inline, relu.inline]).toEqual([true, true]);
    const [, filter] = Object.values(reader.inputs);
    expect(loadsOf(steps)(reader)).toEqual([...Object.values(norm.inputs), filter]);
  });
});
