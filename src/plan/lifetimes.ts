/** From which step to which each buffer's contents are needed. */

import {
  type BufferId,
  type Lifetime,
  PERSISTENT_ROLES,
  type PlanBuffer,
  PROGRAM_NAMES,
  storageOf,
} from "./buffers.ts";
import { operandsOf } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

type Unmeasured = Pick<TrainingPlan, "programs" | "buffers">;

/**
 * The buffers with lifetimes. What is read from outside after the program (results, gradients) lives to its
 * end; a view lives as long as what it views, and makes that live as long as itself.
 */
export function measureLifetimes({ programs, buffers }: Unmeasured): readonly PlanBuffer[] {
  const lifetimes = new Map<number, Lifetime>();
  for (const program of PROGRAM_NAMES) {
    const { steps } = programs[program];
    steps.forEach((step, index) => {
      for (const id of operandsOf(step).flatMap(({ ids }) => ids)) {
        const storage = storageOf(buffers, id);
        const first = lifetimes.get(storage)?.first ?? index;
        const outlives =
          buffers[storage]?.role === "result" || buffers[storage]?.role === "gradient";
        lifetimes.set(storage, { program, first, last: outlives ? steps.length - 1 : index });
      }
    });
    for (const id of Object.values<BufferId>({ ...programs[program].results })) {
      const storage = storageOf(buffers, id);
      const lifetime = lifetimes.get(storage);
      if (lifetime !== undefined) lifetimes.set(storage, { ...lifetime, last: steps.length - 1 });
    }
  }
  return buffers.map((buffer) => {
    const lifetime = lifetimes.get(storageOf(buffers, buffer.id));
    return lifetime === undefined || PERSISTENT_ROLES.has(buffer.role)
      ? buffer
      : { ...buffer, lifetime };
  });
}
