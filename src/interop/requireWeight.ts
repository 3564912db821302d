/** Checks that a weight for a file exists and has the right size. */
import { PlaygroundError } from "../core/errors.ts";
import { type Shape, sizeOf } from "../core/shape.ts";

/**
 * @param weights by path, as an executor's `readWeights` returns them.
 * @throws PlaygroundError `network.shape-mismatch` when it is missing or has another size.
 */
export function requireWeight(
  weights: ReadonlyMap<string, Float32Array>,
  path: string,
  shape: Shape,
): Float32Array {
  const values = weights.get(path);
  if (values?.length === sizeOf(shape)) return values;
  throw new PlaygroundError({
    code: "network.shape-mismatch",
    where: path,
    rule: "a model is saved with all of its weights",
    expected: `${sizeOf(shape)} values`,
    got: values === undefined ? "none" : String(values.length),
    remedy: "Take the weights from the executor of the same network.",
    context: { path },
  });
}
