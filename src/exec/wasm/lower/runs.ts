/**
 * Vectors that one call can treat as a single one. The plan lays out weights, gradients and optimiser slots in the same
 * order, each padded to whole cache lines, so that neighbours form one run of numbers. A call computes the padding too,
 * which is never read.
 */
import type { BufferId } from "../../../plan/buffers.ts";
import type { Lowering } from "./lowering.ts";

/** The storage of every buffer is a multiple of this number of numbers. */
const ALIGNED_NUMBERS = 16;

type Addresses = Readonly<Record<string, number>>;

interface Run<Named extends Addresses> {
  readonly addresses: Named;
  /** Numbers of each vector, padding included. */
  readonly count: number;
}

/**
 * @param ids of the vectors that decide how many there are and of what size.
 * @param addressesAt returns the addresses of the vectors with the same index, which have the same size; 0 for one that is
 *   missing.
 */
export function runsOf<Named extends Addresses>(
  ids: readonly BufferId[],
  addressesAt: (place: number) => Named,
  { size }: Pick<Lowering, "size">,
): readonly Run<Named>[] {
  const runs: Run<Named>[] = [];
  for (const [place, id] of ids.entries()) {
    const addresses = addressesAt(place);
    const count = Math.ceil(size(id) / ALIGNED_NUMBERS) * ALIGNED_NUMBERS;
    const last = runs.at(-1);
    if (last !== undefined && isNext(last, addresses))
      runs[runs.length - 1] = { ...last, count: last.count + count };
    else runs.push({ addresses, count });
  }
  return runs;
}

function isNext({ addresses, count }: Run<Addresses>, next: Addresses): boolean {
  return Object.entries(addresses).every(
    ([name, start]) => next[name] === (start === 0 ? 0 : start + 4 * count),
  );
}
