/** Finds buffers that can share memory because a step may overwrite an operand that no later step reads. */
import { sizeOf } from "../core/shape.ts";
import { type BufferId, type BufferRole, bufferAt, type PlanBuffer, storageOf } from "./buffers.ts";
import { launchesOf, loadsOf } from "./marks.ts";
import type { OpName } from "./operations.ts";
import { type Step, writesOf } from "./step.ts";
import { type Plan, programOf, programsOf } from "./trainingPlan.ts";

/** Operations where each output element depends only on the operand's element at the same position. */
const ELEMENTWISE: ReadonlySet<OpName> = new Set<OpName>([
  "activation",
  "activationGradient",
  "activationGradientFromInput",
  "add",
  "dropout",
  "multiply",
  "dropoutGradient",
  "normalize",
  "normalizationGradient",
  "prelu",
  "preluInputGradient",
  "preluAlphaTerms",
]);

const SHARED_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "activation",
  "activation-gradient",
]);

/** Puts every stored buffer of the plan in exactly one group. Buffers of one group are never needed at the same time. */
export function inPlaceGroups(plan: Plan): readonly (readonly BufferId[])[] {
  const groups = new Map<BufferId, BufferId[]>(
    plan.buffers.flatMap(({ id, viewOf }) => (viewOf === undefined ? [[id, [id]]] : [])),
  );
  for (const program of programsOf(plan)) {
    const { steps } = programOf(plan, program);
    const loads = loadsOf(steps);
    let end = -1;
    for (const launch of launchesOf(steps)) {
      end += launch.length;
      for (const step of launch) {
        const others = launch.filter((other) => other !== step).flatMap(loads);
        // A joined step never works in place: the step before it in the launch may already have written to that memory while
        // the joined step still reads its other operands.
        const output = step.joins ? undefined : elementwiseOutput(plan, step);
        const group = groups.get(dyingOperand(plan, output, loads(step), others, end)?.id ?? -1);
        if (output === undefined || group === undefined) continue;
        // Later steps find the group by its newest member, whose lifetime ends last.
        group.push(output.id);
        groups.set(output.id, group);
      }
    }
  }
  return [...new Set(groups.values())];
}

/** Returns the output of an elementwise step, if it is its only output and is stored. */
function elementwiseOutput({ buffers }: Plan, step: Step): PlanBuffer | undefined {
  const [written, ...more] = writesOf(step);
  if (!ELEMENTWISE.has(step.op) || written === undefined || more.length > 0) return undefined;
  const output = bufferAt(buffers, written);
  return output.unstored ? undefined : output;
}

/** Finds an operand of the output's size that the step alone reads in this launch and that no later step reads. */
function dyingOperand(
  { buffers }: Plan,
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
