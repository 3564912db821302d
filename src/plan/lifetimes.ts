/** From which step to which each buffer's contents are needed, and which are never stored at all. */

import {
  type BufferId,
  type BufferRole,
  type Lifetime,
  PERSISTENT_ROLES,
  type PlanBuffer,
  PROGRAM_NAMES,
  type ProgramName,
  storageOf,
} from "./buffers.ts";
import { launchesOf, loadsOf } from "./marks.ts";
import { isResult } from "./readers.ts";
import { readsOf, type Step, writesOf } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

type Unmeasured = Pick<TrainingPlan, "programs" | "buffers">;

/** Contents that nobody looks at after the program and no other program needs. */
const PASSING_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "activation",
  "activation-gradient",
  "scratch",
]);

/**
 * The buffers with lifetimes. What is read from outside after the program (results, gradients) lives to its
 * end; a view lives as long as what it views, and makes that live as long as itself. The steps of a launch run at
 * the same time, so what one of them needs lives through all of it.
 */
export function measureLifetimes(plan: Unmeasured): readonly PlanBuffer[] {
  const lifetimes = new Map<BufferId, Lifetime>();
  const unstored = new Set(PROGRAM_NAMES.flatMap((program) => unstoredIn(plan, program)));
  for (const program of PROGRAM_NAMES) measureProgram(plan, program, unstored, lifetimes);
  return plan.buffers.map(({ lifetime: _before, unstored: _then, ...buffer }) => {
    const storage = storageOf(plan.buffers, buffer.id);
    const lifetime = lifetimes.get(storage);
    if (unstored.has(storage)) return { ...buffer, unstored: true };
    return lifetime === undefined || PERSISTENT_ROLES.has(buffer.role)
      ? buffer
      : { ...buffer, lifetime };
  });
}

function measureProgram(
  plan: Unmeasured,
  program: ProgramName,
  unstored: ReadonlySet<BufferId>,
  lifetimes: Map<BufferId, Lifetime>,
): void {
  const { steps } = plan.programs[program];
  const loads = loadsOf(steps);
  let index = 0;
  for (const launch of launchesOf(steps)) {
    const end = index + launch.length - 1;
    for (const id of launch.flatMap((step) => [...loads(step), ...writesOf(step)])) {
      const storage = storageOf(plan.buffers, id);
      if (unstored.has(storage)) continue;
      const outlives =
        plan.buffers[storage]?.role === "gradient" || isResult(plan, program, storage);
      const first = lifetimes.get(storage)?.first ?? index;
      lifetimes.set(storage, { program, first, last: outlives ? steps.length - 1 : end });
    }
    index = end + 1;
  }
}

/** Outputs of inline steps, and what only the launch that writes it reads. */
function unstoredIn(plan: Unmeasured, program: ProgramName): readonly BufferId[] {
  const { steps } = plan.programs[program];
  const storage = (id: BufferId) => storageOf(plan.buffers, id);
  const launches = launchesOf(steps);
  const launchOf = new Map(launches.flatMap((launch) => launch.map((step) => [step, launch])));
  const readers = new Map<BufferId, Step[]>();
  for (const step of steps)
    for (const id of readsOf(step))
      readers.set(storage(id), [...(readers.get(storage(id)) ?? []), step]);
  return steps.flatMap((step) => {
    if (step.inline) return writesOf(step);
    return writesOf(step).filter((id) => {
      const reading = readers.get(id) ?? [];
      return (
        PASSING_ROLES.has(plan.buffers[id]?.role ?? "result") &&
        !isResult(plan, program, id) &&
        reading.length > 0 &&
        reading.every((reader) => launchOf.get(reader) === launchOf.get(step))
      );
    });
  });
}
