/**
 * Computes the lifetime of each buffer, from the first to the last step that needs its contents, and which buffers are never
 * stored.
 */

import {
  type BufferId,
  type BufferRole,
  bufferAt,
  type Lifetime,
  PERSISTENT_ROLES,
  type PlanBuffer,
  type ProgramName,
  storageOf,
} from "./buffers.ts";
import { type Launch, launchesOf, loadsOf } from "./marks.ts";
import { isResult, readersIn } from "./readers.ts";
import { writesOf } from "./step.ts";
import { type Plan, programOf, programsOf } from "./trainingPlan.ts";

type Unmeasured = Pick<Plan, "programs" | "buffers">;

/** Roles whose contents no caller and no other program reads after the program has run. */
const PASSING_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "activation",
  "activation-gradient",
  "scratch",
]);

/**
 * Returns the buffers with their lifetimes. Results and gradients, which the caller reads after the program, live to its end. A
 * view lives as long as the buffer it views, and the other way round. The steps of one launch run at the same time, so an
 * operand of one of them lives through the whole launch.
 */
export function measureLifetimes(plan: Unmeasured): readonly PlanBuffer[] {
  const lifetimes = new Map<BufferId, Lifetime>();
  const names = programsOf(plan);
  const unstored = new Set(names.flatMap((program) => unstoredIn(plan, program)));
  for (const program of names) measureProgram(plan, program, unstored, lifetimes);
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
  const { steps } = programOf(plan, program);
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

/** Finds buffers that are never stored: outputs of inline steps, and outputs that only their own launch reads. */
function unstoredIn(plan: Unmeasured, program: ProgramName): readonly BufferId[] {
  const { steps } = programOf(plan, program);
  const readersOf = readersIn(plan.buffers, steps);
  const staysWithin = (launch: Launch, id: BufferId) => {
    const readers = readersOf(id);
    return (
      PASSING_ROLES.has(bufferAt(plan.buffers, id).role) &&
      !isResult(plan, program, id) &&
      readers.length > 0 &&
      readers.every((reader) => launch.includes(reader))
    );
  };
  return launchesOf(steps).flatMap((launch) =>
    launch.flatMap((step) => writesOf(step).filter((id) => step.inline || staysWithin(launch, id))),
  );
}
