/** Runs of vectors by their tensors. */
import { sizeOf } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import { adjacentRuns, type Run } from "../../plan/runs.ts";
import type { Tensor } from "../dispatch.ts";
import type { Lowering } from "../lowering.ts";

/** One tensor for each list; undefined for an empty list. */
type Tensors = readonly (Tensor | undefined)[];

/** @param lists parallel lists: entry `i` of each has the same size. The first list is complete. */
export function runsOf(
  lists: readonly (readonly BufferId[])[],
  lowering: Pick<Lowering, "optional" | "shape">,
): readonly Run<Tensors>[] {
  const [complete = []] = lists;
  const sizes = complete.map((id) => sizeOf(lowering.shape(id)));
  const tensorsAt = (index: number) => lists.map((list) => lowering.optional(list[index]));
  return adjacentRuns(sizes, tensorsAt, isNext);
}

function isNext({ place, count }: Run<Tensors>, next: Tensors): boolean {
  return place.every((tensor, list) => {
    const other = next[list];
    if (tensor === undefined || other === undefined) return tensor === other;
    return other.storage === tensor.storage && other.base === tensor.base + count;
  });
}
