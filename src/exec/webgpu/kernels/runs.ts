/**
 * Lists of vectors that one dispatch can process as a single vector. The plan stores weights, gradients and optimiser vectors
 * in the same order with the same padding. The padding is computed too, and no kernel reads it.
 */
import { sizeOf } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { Lowering } from "../lowering.ts";
import type { Tensor } from "../shader.ts";

/** The size of a buffer's storage is a multiple of this many numbers. */
const ALIGNED_NUMBERS = 16;

interface Run {
  /** One for each list; undefined for an empty list. */
  readonly tensors: readonly (Tensor | undefined)[];
  /** Includes the padding. */
  readonly count: number;
}

/** @param lists parallel lists: entry `i` of each has the same size. The first list is complete. */
export function runsOf(
  lists: readonly (readonly BufferId[])[],
  lowering: Pick<Lowering, "optional" | "shape">,
): readonly Run[] {
  const runs: Run[] = [];
  const [complete = []] = lists;
  for (const [index, id] of complete.entries()) {
    const tensors = lists.map((list) => lowering.optional(list[index]));
    const count = Math.ceil(sizeOf(lowering.shape(id)) / ALIGNED_NUMBERS) * ALIGNED_NUMBERS;
    const last = runs.at(-1);
    if (last !== undefined && follows(last, tensors))
      runs[runs.length - 1] = { ...last, count: last.count + count };
    else runs.push({ tensors, count });
  }
  return runs;
}

function follows({ tensors, count }: Run, next: readonly (Tensor | undefined)[]): boolean {
  return tensors.every((tensor, list) => {
    const other = next[list];
    if (tensor === undefined || other === undefined) return tensor === other;
    return other.storage === tensor.storage && other.base === tensor.base + count;
  });
}
