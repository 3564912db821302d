/** Runs of vectors by their addresses in linear memory. */
import type { BufferId } from "../../../plan/buffers.ts";
import { adjacentRuns, type Run } from "../../plan/runs.ts";
import type { Lowering } from "./lowering.ts";

type Addresses = Readonly<Record<string, number>>;

/**
 * @param ids of the vectors that decide how many there are and of what size
 * @param addressesAt returns the addresses of the vectors with the same index, which have the same size; 0 for a missing one
 */
export function runsOf<Named extends Addresses>(
  ids: readonly BufferId[],
  addressesAt: (index: number) => Named,
  { size }: Pick<Lowering, "size">,
): readonly Run<Named>[] {
  return adjacentRuns(ids.map(size), addressesAt, isNext);
}

function isNext({ place, count }: Run<Addresses>, next: Addresses): boolean {
  return Object.entries(place).every(
    ([name, start]) => next[name] === (start === 0 ? 0 : start + 4 * count),
  );
}
