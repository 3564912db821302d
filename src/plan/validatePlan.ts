/** Checks the rules that every plan obeys: when it is compiled, after every pass, and where an executor takes it. */
import { PlaygroundError } from "../core/errors.ts";
import {
  type BufferId,
  bufferAt,
  PERSISTENT_ROLES,
  type ProgramName,
  storageOf,
} from "./buffers.ts";
import { markFaults } from "./marks.ts";
import { signatureFault } from "./signature.ts";
import { operandsOf, readsOf, type Step, writesOf } from "./step.ts";
import { type Plan, programOf, programsOf } from "./trainingPlan.ts";

/**
 * - Everything that is read was written before, by an earlier step or by the caller.
 * - One step at most writes a buffer, and a step changes a persistent buffer only as one of its `updates`.
 * - All `updates` are persistent, and no step writes what it also reads.
 * - Marks obey the rules of `marks.ts`.
 * - The shapes of each step's operands fit its operation's signature.
 *
 * @throws PlaygroundError `plan.invalid` naming the step.
 */
export function validatePlan(plan: Plan): void {
  for (const program of programsOf(plan)) {
    const written = new Set<BufferId>();
    const { steps, results } = programOf(plan, program);
    const markFault = markFaults(plan, program);
    steps.forEach((step, index) => {
      const fault = stepFault(plan, step, written) ?? markFault(step, steps[index - 1]);
      if (fault !== undefined) throw invalid(program, `${index} ${step.op} ${step.layer}`, fault);
      for (const id of writesOf(step)) written.add(storageOf(plan.buffers, id));
    });
    for (const [name, id] of Object.entries(results)) {
      if (!written.has(storageOf(plan.buffers, id)))
        throw invalid(program, name, "no step writes this result");
    }
  }
}

function stepFault(plan: Plan, step: Step, written: ReadonlySet<BufferId>): string | undefined {
  const storage = (id: BufferId) => storageOf(plan.buffers, id);
  const isPersistent = (id: BufferId) =>
    PERSISTENT_ROLES.has(bufferAt(plan.buffers, storage(id)).role);
  const name = (id: BufferId) => `buffer ${id} (${bufferAt(plan.buffers, id).label})`;

  const unwritten = readsOf(step).find((id) => !isPersistent(id) && !written.has(storage(id)));
  if (unwritten !== undefined) return `${name(unwritten)} is read before anything wrote it`;
  const writes = writesOf(step);
  const twice = writes.find((id) => written.has(storage(id)) || isPersistent(id));
  if (twice !== undefined) return `${name(twice)} is not its to write`;
  const reads = new Set(readsOf(step).map(storage));
  const own = writes.find((id, place) => reads.has(storage(id)) || writes.indexOf(id) < place);
  if (own !== undefined) return `${name(own)} is written while in use`;
  const updated = operandsOf(step)
    .filter(({ group }) => group === "updates")
    .flatMap(({ ids }) => ids);
  const lost = updated.find((id) => !isPersistent(id));
  if (lost !== undefined) return `${name(lost)} does not outlive the step that updates it`;
  return signatureFault(step, (id) => bufferAt(plan.buffers, id).shape);
}

function invalid(program: ProgramName, where: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "plan.invalid",
    where: `${program} step ${where}`,
    rule: "the plan breaks its own rules",
    got,
    remedy: "Please report this.",
    context: { program },
  });
}
