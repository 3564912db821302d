/** Helpers for passes: they mark steps by operation wherever the rules allow it, and then recompute lifetimes. */
import type { ProgramName } from "../buffers.ts";
import { measureLifetimes } from "../lifetimes.ts";
import { inlineFaults, joinable } from "../marks.ts";
import type { OpName } from "../operations.ts";
import type { Step } from "../step.ts";
import type { Plan } from "../trainingPlan.ts";
import { validatePlan } from "../validatePlan.ts";

/** Marks steps of these operations inline where every reader can compute them. */
export function markInline<T extends Plan>(plan: T, ops: readonly OpName[]): T {
  return withMarks(plan, (program, steps) => {
    const inlineFault = inlineFaults(plan, program);
    return steps.map((step) =>
      ops.includes(step.op) && inlineFault(step) === undefined ? { ...step, inline: true } : step,
    );
  });
}

/** Marks steps of these operations as joined where they can run in the launch of the step before. */
export function markJoining<T extends Plan>(plan: T, ops: readonly OpName[]): T {
  return withMarks(plan, (program, steps) => {
    const canJoin = joinable(plan, program);
    return steps.map((step, index) => {
      const before = steps[index - 1];
      const joins = ops.includes(step.op) && before !== undefined && canJoin(step, before);
      return joins ? { ...step, joins } : step;
    });
  });
}

type Steps = readonly Step[];

function withMarks<T extends Plan>(
  plan: T,
  mark: (program: ProgramName, steps: Steps) => Steps,
): T {
  const { training, evaluation, prediction } = plan.programs;
  const programs = {
    ...(training && { training: { ...training, steps: mark("training", training.steps) } }),
    ...(evaluation && {
      evaluation: { ...evaluation, steps: mark("evaluation", evaluation.steps) },
    }),
    ...(prediction && {
      prediction: { ...prediction, steps: mark("prediction", prediction.steps) },
    }),
  };
  const marked = { ...plan, programs, buffers: measureLifetimes({ ...plan, programs }) };
  validatePlan(marked);
  return marked;
}
