/** Finds the buffers of a plan that hold the state of training. */
import { PlaygroundError } from "../../core/errors.ts";
import { sizeOf } from "../../core/shape.ts";
import { type BufferId, type BufferRole, bufferAt } from "../../plan/buffers.ts";
import type { Plan } from "../../plan/trainingPlan.ts";
import type { ExecutorState } from "../executor.ts";

const STATE_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "parameter",
  "moving-statistic",
  "optimizer-state",
]);

/** Returns the weights, moving statistics and the optimiser's vectors by their labels, which are unique. */
export function stateBuffers({ buffers }: Plan): ReadonlyMap<string, BufferId> {
  return new Map(
    buffers.flatMap(({ id, role, label, viewOf }) =>
      STATE_ROLES.has(role) && viewOf === undefined ? [[label, id] as const] : [],
    ),
  );
}

/**
 * Returns each vector of a state with the buffer that it belongs to.
 *
 * @throws PlaygroundError `network.shape-mismatch` for the state of another network or optimiser.
 */
export function placedState(
  plan: Plan,
  vectors: ExecutorState["vectors"],
): readonly (readonly [BufferId, Float32Array | Float64Array])[] {
  const buffers = stateBuffers(plan);
  const sizes = [...buffers].map(
    ([label, id]) => [label, sizeOf(bufferAt(plan.buffers, id).shape)] as const,
  );
  requireVectors(vectors, new Map(sizes));
  return [...buffers].flatMap(([label, id]) => {
    const values = vectors.get(label);
    return values === undefined ? [] : [[id, values] as const];
  });
}

function requireVectors(
  vectors: ExecutorState["vectors"],
  sizes: ReadonlyMap<string, number>,
): void {
  for (const name of new Set([...vectors.keys(), ...sizes.keys()])) {
    const [expected, got] = [sizes.get(name), vectors.get(name)?.length];
    if (expected === got) continue;
    throw new PlaygroundError({
      code: "network.shape-mismatch",
      where: name,
      rule: "the state is not of this network and optimiser",
      expected: expected === undefined ? "no such vector" : `${expected} values`,
      got: got === undefined ? "none" : `${got} values`,
      remedy: "Take the state from an engine with the same options.",
      context: { path: name },
    });
  }
}
