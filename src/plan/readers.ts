/** Finds which steps of a program read a buffer. */
import { type BufferId, type PlanBuffer, type ProgramName, storageOf } from "./buffers.ts";
import { readsOf, type Step } from "./step.ts";
import { type Plan, programOf } from "./trainingPlan.ts";

/** The steps that read a buffer or a view of it, in order. */
export type ReadersOf = (id: BufferId) => readonly Step[];

export function readersIn(buffers: readonly PlanBuffer[], steps: readonly Step[]): ReadersOf {
  const readers = new Map<BufferId, Step[]>();
  for (const step of steps) {
    for (const storage of new Set(readsOf(step).map((id) => storageOf(buffers, id)))) {
      const known = readers.get(storage);
      if (known === undefined) readers.set(storage, [step]);
      else known.push(step);
    }
  }
  return (id) => readers.get(storageOf(buffers, id)) ?? [];
}

/** Tells whether a buffer is one of the program's results. */
export function isResult(
  plan: Pick<Plan, "buffers" | "programs">,
  program: ProgramName,
  id: BufferId,
): boolean {
  const results = Object.values<BufferId>({ ...programOf(plan, program).results });
  const storage = storageOf(plan.buffers, id);
  return results.some((result) => storageOf(plan.buffers, result) === storage);
}
