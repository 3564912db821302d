/** Which buffers of a plan can share one storage because a step may write over what it is the last to read. */
import { sizeOf } from "../core/shape.ts";
import { type BufferId, type BufferRole, bufferAt, PROGRAM_NAMES, storageOf } from "./buffers.ts";
import type { OpName } from "./operations.ts";
import { readsOf, writesOf } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

/** Operations whose output's every element depends on no other element of that operand. */
const ELEMENTWISE: ReadonlySet<OpName> = new Set<OpName>([
  "activation",
  "activationGradient",
  "add",
  "dropout",
  "dropoutGradient",
  "batchNormalizationInference",
]);

const SHARED_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "activation",
  "activation-gradient",
]);

/** Every storage of the plan in exactly one group; those of one group are never needed at the same time. */
export function inPlaceGroups(plan: TrainingPlan): readonly (readonly BufferId[])[] {
  const { buffers } = plan;
  const groups = new Map<BufferId, BufferId[]>(
    buffers.flatMap(({ id, viewOf }) => (viewOf === undefined ? [[id, [id]]] : [])),
  );
  for (const program of PROGRAM_NAMES) {
    plan.programs[program].steps.forEach((step, index) => {
      const [written, ...more] = writesOf(step);
      if (!ELEMENTWISE.has(step.op) || written === undefined || more.length > 0) return;
      const output = bufferAt(buffers, written);
      const dying = readsOf(step)
        .map((id) => bufferAt(buffers, storageOf(buffers, id)))
        .find(
          ({ role, lifetime, shape }) =>
            SHARED_ROLES.has(role) &&
            lifetime?.last === index &&
            sizeOf(shape) === sizeOf(output.shape),
        );
      const group = dying === undefined ? undefined : groups.get(dying.id);
      if (group === undefined) return;
      // Later steps find the group under the newest member, whose end is the group's.
      group.push(output.id);
      groups.set(output.id, group);
    });
  }
  return [...new Set(groups.values())];
}
