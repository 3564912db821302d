/** What passes over a plan share: who reads a buffer, and a plan with other steps brought back to order. */
import {
  type BufferId,
  bufferAt,
  PERSISTENT_ROLES,
  PROGRAM_NAMES,
  type ProgramName,
  storageOf,
} from "../buffers.ts";
import { measureLifetimes } from "../lifetimes.ts";
import { operandsOf, readsOf, type Step } from "../step.ts";
import type { TrainingPlan } from "../trainingPlan.ts";
import { validatePlan } from "../validatePlan.ts";

export type Steps = readonly Step[];

/** The steps that read a buffer, under whatever name. */
export function readersOf(plan: TrainingPlan, steps: Steps, id: BufferId): Steps {
  const storage = storageOf(plan.buffers, id);
  return steps.filter((step) =>
    readsOf(step).some((read) => storageOf(plan.buffers, read) === storage),
  );
}

/** Whether a buffer is what the program is run for: such a one cannot be fused away. */
export function isResult(plan: TrainingPlan, program: ProgramName, id: BufferId): boolean {
  const results = Object.values<BufferId>({ ...plan.programs[program].results });
  const storage = storageOf(plan.buffers, id);
  return results.some((result) => storageOf(plan.buffers, result) === storage);
}

/**
 * The plan with the programs' steps replaced: buffers that nobody uses any more are left out and the others
 * numbered again (persistent ones keep their numbers, as none before them goes), lifetimes measured, all
 * rules checked.
 */
export function withSteps(
  plan: TrainingPlan,
  steps: Readonly<Record<ProgramName, Steps>>,
): TrainingPlan {
  const used = new Set(
    PROGRAM_NAMES.flatMap((name) => steps[name])
      .flatMap(operandsOf)
      .flatMap(({ ids }) => ids)
      .flatMap((id) => [id, storageOf(plan.buffers, id)]),
  );
  const kept = plan.buffers.filter(
    ({ id, role }) => used.has(id) || PERSISTENT_ROLES.has(role) || role === "gradient",
  );
  const numbers = new Map(kept.map(({ id }, index) => [id, index]));
  const renumber = (id: BufferId): BufferId => numbers.get(bufferAt(plan.buffers, id).id) ?? -1;
  const buffers = kept.map(({ lifetime: _measuredAgain, viewOf, ...buffer }) => ({
    ...buffer,
    id: renumber(buffer.id),
    ...(viewOf !== undefined && { viewOf: renumber(viewOf) }),
  }));
  const { training, evaluation, prediction } = plan.programs;
  const loss = ({ imageLoss, predicted }: (typeof training)["results"]) => ({
    imageLoss: renumber(imageLoss),
    predicted: renumber(predicted),
  });
  const renumbered = (list: Steps) => list.map((step) => renumberStep(step, renumber));
  const programs = {
    training: { steps: renumbered(steps.training), results: loss(training.results) },
    evaluation: { steps: renumbered(steps.evaluation), results: loss(evaluation.results) },
    prediction: {
      steps: renumbered(steps.prediction),
      results: { output: renumber(prediction.results.output) },
    },
  };
  const rewritten = { ...plan, programs, buffers: measureLifetimes({ programs, buffers }) };
  validatePlan(rewritten);
  return rewritten;
}

type Renumber = (id: BufferId) => BufferId;

function renumberStep<S extends Step>(step: S, renumber: Renumber): S {
  const group = (operands: object) =>
    Object.fromEntries(
      Object.entries(operands).map(([name, ids]) => [
        name,
        Array.isArray(ids) ? ids.map(renumber) : renumber(ids),
      ]),
    );
  return {
    ...step,
    inputs: group(step.inputs),
    outputs: group(step.outputs),
    ...("updates" in step && { updates: group(step.updates) }),
  };
}
