/** Who reads a buffer of a program. */
import { type BufferId, type ProgramName, storageOf } from "./buffers.ts";
import { readsOf, type Step } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

type Steps = readonly Step[];

/** The steps that read a buffer, under whatever name. */
export function readersOf(plan: Pick<TrainingPlan, "buffers">, steps: Steps, id: BufferId): Steps {
  const storage = storageOf(plan.buffers, id);
  return steps.filter((step) =>
    readsOf(step).some((read) => storageOf(plan.buffers, read) === storage),
  );
}

/** Whether a buffer is what the program is run for. */
export function isResult(
  plan: Pick<TrainingPlan, "buffers" | "programs">,
  program: ProgramName,
  id: BufferId,
): boolean {
  const results = Object.values<BufferId>({ ...plan.programs[program].results });
  const storage = storageOf(plan.buffers, id);
  return results.some((result) => storageOf(plan.buffers, result) === storage);
}
