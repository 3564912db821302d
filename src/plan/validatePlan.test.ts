import { describe, expect, test } from "vitest";
import { createBuilder } from "../network/networks/builder.ts";
import { compilePlan } from "./compilePlan.ts";
import { planOptions, remainingOperations } from "./planCases.ts";
import type { Step } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";
import { validatePlan } from "./validatePlan.ts";

const plan = compilePlan(planOptions(remainingOperations()));
const { steps } = plan.programs.training;

function withTraining(changed: readonly Step[]): TrainingPlan {
  const training = { ...plan.programs.training, steps: changed };
  return { ...plan, programs: { ...plan.programs, training } };
}

function replacing(op: Step["op"], change: (step: Step) => Step): TrainingPlan {
  const index = steps.findIndex((step) => step.op === op);
  return withTraining(steps.map((step, at) => (at === index ? change(step) : step)));
}

const invalid = (words: RegExp) =>
  expect.objectContaining({ code: "plan.invalid", message: expect.stringMatching(words) });

describe("a plan is refused", () => {
  test("where a step comes before the one it reads from", () => {
    expect(() => validatePlan(withTraining(steps.toReversed()))).toThrowError(
      invalid(/read before anything wrote it/),
    );
  });

  test("where a step is missing", () => {
    const without = steps.filter(({ op }) => op !== "softmax");
    expect(() => validatePlan(withTraining(without))).toThrowError(invalid(/read before/));
  });

  test("where two steps write the same buffer", () => {
    expect(() => validatePlan(withTraining([...steps, ...steps]))).toThrowError(
      invalid(/not its to write/),
    );
  });

  test("where a step writes a weight without saying that it updates it", () => {
    const weight = plan.parameters[0]?.value ?? 0;
    const broken = replacing("conv2d", (step) =>
      step.op === "conv2d" ? { ...step, outputs: { y: weight } } : step,
    );
    expect(() => validatePlan(broken)).toThrowError(invalid(/not its to write/));
  });

  test("where a step writes what it reads", () => {
    const broken = replacing("softmax", (step) =>
      step.op === "softmax" ? { ...step, inputs: { x: step.outputs.y } } : step,
    );
    expect(() => validatePlan(broken)).toThrowError(invalid(/read before|written while in use/));
  });

  test("where shapes disagree, naming program, step and operand", () => {
    const broken = replacing("conv2d", (step) =>
      step.op === "conv2d" ? { ...step, inputs: { ...step.inputs, x: step.inputs.filter } } : step,
    );
    expect(() => validatePlan(broken)).toThrowError(
      invalid(/^training step 0 conv2d conv: .*y has shape/),
    );
  });

  test("where a window does not take the map to the result", () => {
    const broken = replacing("maxPool", (step) =>
      step.op === "maxPool"
        ? { ...step, attributes: { ...step.attributes, padding: [0, 0], strides: [2, 2] } }
        : step,
    );
    expect(() => validatePlan(broken)).toThrowError(invalid(/does not take 7x5 to 7x5/));
  });

  test("where the lists of an optimiser do not belong together", () => {
    const broken = replacing("adam", (step) =>
      step.op === "adam"
        ? { ...step, inputs: { ...step.inputs, gradients: step.inputs.gradients.toReversed() } }
        : step,
    );
    expect(() => validatePlan(broken)).toThrowError(invalid(/does not fit @\*S/));
  });

  test.each([
    ["conv2d", /conv2d cannot be inline/],
    ["normalize", /softmax act cannot load it inline/],
    ["batchStatistics", /batchStatistics cannot be inline/],
  ] as const)("where %s is inline and cannot be", (op, words) => {
    expect(() => validatePlan(replacing(op, (step) => ({ ...step, inline: true })))).toThrowError(
      invalid(words),
    );
  });

  test("where an inline step gives what the program is run for", () => {
    const net = createBuilder("result");
    const map = net.conv2d(net.input("input", [1, 1, 1]), "conv", {
      filters: 2,
      kernelSize: [1, 1],
    });
    net.activation(net.globalAveragePooling2d(map, "avg_pool"), "act", "relu");
    const { programs, ...rest } = compilePlan(planOptions(net.finish()));
    const marked = programs.prediction.steps.map((step) => ({
      ...step,
      ...(step.op === "activation" && { inline: true as const }),
    }));
    const prediction = { ...programs.prediction, steps: marked };
    expect(() => validatePlan({ ...rest, programs: { ...programs, prediction } })).toThrowError(
      invalid(/what the program is run for must be stored/),
    );
  });

  test.each(["conv2d", "softmax", "normalizationGradient", "adam"] as const)(
    "where %s joins a step that has nothing for it",
    (op) => {
      expect(() => validatePlan(replacing(op, (step) => ({ ...step, joins: true })))).toThrowError(
        invalid(/cannot join the step before/),
      );
    },
  );

  test("where statistics join a convolution that did not make their map", () => {
    const net = createBuilder("statistics");
    const point = { filters: 2, kernelSize: [1, 1] } as const;
    const first = net.conv2d(net.input("input", [4, 4, 1]), "first", point);
    const norm = net.batchNormalization(net.conv2d(first, "second", point), "bn");
    net.dense(net.flatten(norm, "flat"), "predictions", 2, "softmax");
    const given = compilePlan(planOptions(net.finish()));
    const { training } = given.programs;
    const maps = training.steps.flatMap((step) => (step.op === "conv2d" ? step.outputs.y : []));
    const [other = -1, own = -1] = maps;
    const joining = (x: number): TrainingPlan => {
      const changed = training.steps.map(
        (step): Step =>
          step.op === "batchStatistics" ? { ...step, inputs: { x }, joins: true } : step,
      );
      return {
        ...given,
        programs: { ...given.programs, training: { ...training, steps: changed } },
      };
    };
    expect(() => validatePlan(joining(own))).not.toThrow();
    expect(() => validatePlan(joining(other))).toThrowError(invalid(/cannot join the step before/));
  });

  test("where a result is never written", () => {
    const programs = {
      ...plan.programs,
      prediction: {
        ...plan.programs.prediction,
        results: { output: plan.programs.training.results.imageLoss },
      },
    };
    expect(() => validatePlan({ ...plan, programs })).toThrowError(
      invalid(/no step writes this result/),
    );
  });
});
