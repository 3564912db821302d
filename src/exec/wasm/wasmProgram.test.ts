import { describe, expect, test } from "vitest";
import { leastOf } from "../../core/numbers.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import { executedPlan } from "../plan/executedPlan.ts";
import { layOutProgram } from "./wasmProgram.ts";

const options = planOptions(remainingOperations(), { batchSize: 4 });
const plans = {
  training: executedPlan(options, "training"),
  evaluation: executedPlan(options, "evaluation"),
};
const training = layOutProgram(plans.training, "training", 1);
const evaluation = layOutProgram(plans.evaluation, "evaluation", 1);

describe("programs of one network in the linear memory", () => {
  test("have what outlives a program at the same addresses", () => {
    const { parameters, metrics } = plans.training;
    const outliving = parameters.flatMap(({ value, slots }) => [value, ...Object.values(slots)]);
    expect(outliving.length).toBeGreaterThan(parameters.length);
    for (const id of [...outliving, metrics])
      expect(evaluation.address(id)).toBe(training.address(id));
  });

  test("use the memory of the gradients for maps where they do not train", () => {
    const gradients = plans.evaluation.parameters.flatMap(({ gradient }) => gradient ?? []);
    const [first = Number.NaN] = gradients;
    expect(() => evaluation.address(first)).toThrow(RangeError);
    expect(evaluation.gradients).toBeUndefined();
    expect(training.gradients?.address).toBe(training.address(first));
    const maps = plans.evaluation.buffers.filter(
      ({ role, lifetime }) => role === "activation" && lifetime !== undefined,
    );
    const addresses = maps.map(({ id }) => evaluation.address(id));
    expect(leastOf(addresses)).toBe(training.gradients?.address);
  });
});
