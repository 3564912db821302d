/**
 * Batch normalisation with the ReLU that alone reads it becomes one step, forward and backward: the normalised map
 * before the ReLU and its gradient are neither written nor read.
 */
import { PROGRAM_NAMES, type ProgramName } from "../buffers.ts";
import type { Step, StepOf } from "../step.ts";
import type { TrainingPlan } from "../trainingPlan.ts";
import { isResult, readersOf, type Steps, withSteps } from "./rewrite.ts";

type Normalization = StepOf<"batchNormalization"> | StepOf<"batchNormalizationInference">;

export function fuseBatchNormRelu(plan: TrainingPlan): TrainingPlan {
  const [training, evaluation, prediction] = PROGRAM_NAMES.map((name) => fuse(plan, name));
  if (training === undefined || evaluation === undefined || prediction === undefined) return plan;
  return withSteps(plan, { training, evaluation, prediction });
}

function fuse(plan: TrainingPlan, program: ProgramName): Steps {
  const { steps } = plan.programs[program];
  const replaced = new Map<Step, Step>();
  const removed = new Set<Step>();
  for (const step of steps) {
    if (!isNormalization(step) || isResult(plan, program, step.outputs.y)) continue;
    const [relu, ...others] = readersOf(plan, steps, step.outputs.y);
    if (relu?.op !== "activation" || relu.attributes.activation !== "relu" || others.length > 0)
      continue;
    // Through a view the shapes would differ.
    if (relu.inputs.x !== step.outputs.y) continue;
    const { y } = relu.outputs;
    removed.add(relu);
    replaced.set(step, withRelu(step, y));
    for (const gradient of steps) {
      if (gradient.op !== "activationGradient" || gradient.inputs.y !== y) continue;
      removed.add(gradient);
      for (const reader of readersOf(plan, steps, gradient.outputs.dx)) {
        const fused = gradientWithRelu(reader, gradient.inputs.dy, y);
        if (fused !== undefined) replaced.set(reader, fused);
      }
    }
  }
  return steps.flatMap((step) => (removed.has(step) ? [] : (replaced.get(step) ?? step)));
}

function isNormalization(step: Step): step is Normalization {
  return step.op === "batchNormalization" || step.op === "batchNormalizationInference";
}

function withRelu(step: Normalization, y: number): Step {
  const attributes = { ...step.attributes, activation: "relu" } as const;
  return step.op === "batchNormalization"
    ? { ...step, outputs: { ...step.outputs, y }, attributes }
    : { ...step, outputs: { y }, attributes };
}

function gradientWithRelu(step: Step, dy: number, y: number): Step | undefined {
  if (step.op !== "batchNormalizationGradient") return undefined;
  const attributes = { ...step.attributes, activation: "relu" } as const;
  return { ...step, inputs: { ...step.inputs, dy, y }, attributes };
}
