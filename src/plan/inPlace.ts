/** Which buffers of a plan can share one storage because a step may write over what it is the last to read. */
import { sizeOf } from "../core/shape.ts";
import {
  type BufferId,
  type BufferRole,
  bufferAt,
  type PlanBuffer,
  PROGRAM_NAMES,
  storageOf,
} from "./buffers.ts";
import { launchesOf, loadsOf } from "./marks.ts";
import type { OpName } from "./operations.ts";
import { type Step, writesOf } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

/** Operations whose output's every element depends on no other element of that operand. */
const ELEMENTWISE: ReadonlySet<OpName> = new Set<OpName>([
  "activation",
  "activationGradient",
  "add",
  "dropout",
  "dropoutGradient",
  "normalize",
  "normalizationGradient",
]);

const SHARED_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "activation",
  "activation-gradient",
]);

/** Every storage of the plan in exactly one group; those of one group are never needed at the same time. */
export function inPlaceGroups(plan: TrainingPlan): readonly (readonly BufferId[])[] {
  const groups = new Map<BufferId, BufferId[]>(
    plan.buffers.flatMap(({ id, viewOf }) => (viewOf === undefined ? [[id, [id]]] : [])),
  );
  for (const program of PROGRAM_NAMES) {
    const { steps } = plan.programs[program];
    const loads = loadsOf(steps);
    let end = -1;
    for (const launch of launchesOf(steps)) {
      end += launch.length;
      for (const step of launch) {
        const others = launch.filter((other) => other !== step).flatMap(loads);
        // What joins may find its gradient already lying where its output goes, before it reads the rest.
        const output = step.joins ? undefined : elementwiseOutput(plan, step);
        const group = groups.get(dyingOperand(plan, output, loads(step), others, end)?.id ?? -1);
        if (output === undefined || group === undefined) continue;
        // Later steps find the group under the newest member, whose end is the group's.
        group.push(output.id);
        groups.set(output.id, group);
      }
    }
  }
  return [...new Set(groups.values())];
}

/** The one stored output of an elementwise step. */
function elementwiseOutput({ buffers }: TrainingPlan, step: Step): PlanBuffer | undefined {
  const [written, ...more] = writesOf(step);
  if (!ELEMENTWISE.has(step.op) || written === undefined || more.length > 0) return undefined;
  const output = bufferAt(buffers, written);
  return output.unstored ? undefined : output;
}

/** What the step loads as the last one and alone in its launch, of the output's size. */
function dyingOperand(
  { buffers }: TrainingPlan,
  output: PlanBuffer | undefined,
  loads: readonly BufferId[],
  othersLoad: readonly BufferId[],
  end: number,
): PlanBuffer | undefined {
  const storage = (id: BufferId) => storageOf(buffers, id);
  const needed = new Set(othersLoad.map(storage));
  return loads
    .map((id) => bufferAt(buffers, storage(id)))
    .find(
      ({ id, role, lifetime, shape }) =>
        output !== undefined &&
        SHARED_ROLES.has(role) &&
        lifetime?.last === end &&
        !needed.has(id) &&
        sizeOf(shape) === sizeOf(output.shape),
    );
}
