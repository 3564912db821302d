/** What passes over a plan share: its steps marked or reordered, with lifetimes measured and all rules checked. */
import type { ProgramName } from "../buffers.ts";
import { measureLifetimes } from "../lifetimes.ts";
import type { Step } from "../step.ts";
import type { TrainingPlan } from "../trainingPlan.ts";
import { validatePlan } from "../validatePlan.ts";

type Steps = readonly Step[];

/** The plan with each step as `mark` gives it back. */
export function markSteps(
  plan: TrainingPlan,
  mark: (step: Step, program: ProgramName) => Step,
): TrainingPlan {
  return rewriteSteps(plan, (steps, program) => steps.map((step) => mark(step, program)));
}

/** The plan with each program's steps as `rewrite` gives them back; buffers stay as they are. */
function rewriteSteps(
  plan: TrainingPlan,
  rewrite: (steps: Steps, program: ProgramName) => Steps,
): TrainingPlan {
  const { training, evaluation, prediction } = plan.programs;
  const programs = {
    training: { ...training, steps: rewrite(training.steps, "training") },
    evaluation: { ...evaluation, steps: rewrite(evaluation.steps, "evaluation") },
    prediction: { ...prediction, steps: rewrite(prediction.steps, "prediction") },
  };
  const rewritten = { ...plan, programs, buffers: measureLifetimes({ ...plan, programs }) };
  validatePlan(rewritten);
  return rewritten;
}
