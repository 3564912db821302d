/** Code that all optimisers share: a loop over the elements of all weights. */
import type { BufferId } from "../../plan/buffers.ts";
import type { Memory } from "./kernel.ts";

interface OptimizerInputs {
  readonly gradients: readonly BufferId[];
  readonly gradientFactor?: BufferId;
}

/**
 * Visits every element of every weight.
 *
 * @param lists weights first, then the optimiser's vectors.
 * @param visit gets the gradient after clipping, the element's index, and the arrays of `lists` for that weight.
 */
export function forEachWeight(
  { gradients, gradientFactor }: OptimizerInputs,
  lists: readonly (readonly BufferId[])[],
  memory: Memory,
  visit: (
    gradient: number,
    at: number,
    weights: Float64Array,
    slots: readonly Float64Array[],
  ) => void,
): void {
  const factor = gradientFactor === undefined ? 1 : memory.scalar(gradientFactor);
  gradients.forEach((id, index) => {
    const values = memory.values(id);
    const [weights, ...slots] = lists.flatMap((list) => memory.optional(list[index]) ?? []);
    if (weights === undefined) throw new RangeError("a weight of the optimiser is missing");
    for (let at = 0; at < values.length; at += 1)
      visit((values[at] as number) * factor, at, weights, slots);
  });
}

/** Sets `slot[at]` to `slot[at] * share + value * (1 - share)` and returns it. */
export function blend(
  slot: Float64Array | undefined,
  at: number,
  value: number,
  share: number,
): number {
  if (slot === undefined) throw new RangeError("a vector of the optimiser is missing");
  const next = (slot[at] as number) * share + value * (1 - share);
  slot[at] = next;
  return next;
}
