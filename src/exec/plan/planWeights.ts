/** Finds the buffers of a plan that hold a network's weights. */
import { sizeOf } from "../../core/shape.ts";
import { type BufferId, bufferAt } from "../../plan/buffers.ts";
import type { Plan } from "../../plan/trainingPlan.ts";
import { requireWeights } from "../requirements.ts";

/**
 * Returns each of `weights` with the buffer that it belongs to.
 *
 * @throws PlaygroundError `network.shape-mismatch` for a path that the network lacks, or for another number of values.
 */
export function placedWeights(
  { parameters, buffers }: Plan,
  weights: ReadonlyMap<string, Float32Array>,
): readonly (readonly [BufferId, Float32Array])[] {
  const sizes = new Map(
    parameters.map(({ path, value }) => [path, sizeOf(bufferAt(buffers, value).shape)]),
  );
  requireWeights(weights, sizes);
  return parameters.flatMap(({ path, value }) => {
    const values = weights.get(path);
    return values === undefined ? [] : [[value, values] as const];
  });
}
