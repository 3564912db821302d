/** A network's weights as the buffers of its plan. */
import { sizeOf } from "../core/shape.ts";
import { type BufferId, bufferAt } from "../plan/buffers.ts";
import type { TrainingPlan } from "../plan/trainingPlan.ts";
import { requireWeights } from "./requirements.ts";

/**
 * Where each of `weights` belongs.
 *
 * @throws PlaygroundError `network.shape-mismatch` for a path that the network lacks or values of another number.
 */
export function placedWeights(
  { parameters, buffers }: TrainingPlan,
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
