/**
 * Lists of vectors that one call can take as one: the plan lays weights, gradients and what optimisers remember in the
 * same order, each padded to whole cache lines. What pads them is computed along and read by nobody.
 */
import type { BufferId } from "../../../plan/buffers.ts";
import { chunksOf, type Lowering } from "./lowering.ts";

/** Numbers that a buffer's storage is a multiple of. */
const ALIGNED_NUMBERS = 16;
/** Numbers of a chunk of up to four vectors. */
const CHUNK_NUMBERS = 16_384;

interface Run {
  /** One for each list; 0 for a list that is empty. */
  readonly addresses: readonly number[];
  /** With the padding. */
  readonly count: number;
}

/** @param lists entries of one place belong together and are of one size; the first list is complete. */
export function runsOf(
  lists: readonly (readonly BufferId[])[],
  { optional, size }: Pick<Lowering, "optional" | "size">,
): readonly Run[] {
  const runs: Run[] = [];
  const [complete = []] = lists;
  for (const [index, id] of complete.entries()) {
    const addresses = lists.map((list) => optional(list[index]));
    const count = Math.ceil(size(id) / ALIGNED_NUMBERS) * ALIGNED_NUMBERS;
    const last = runs.at(-1);
    if (last !== undefined && isNext(last, addresses))
      runs[runs.length - 1] = { ...last, count: last.count + count };
    else runs.push({ addresses, count });
  }
  return runs;
}

function isNext({ addresses, count }: Run, next: readonly number[]): boolean {
  return addresses.every((start, list) => next[list] === (start === 0 ? 0 : start + 4 * count));
}

export function runChunks(count: number): { readonly perChunk: number; readonly chunks: number } {
  return { perChunk: CHUNK_NUMBERS, chunks: chunksOf(count, CHUNK_NUMBERS) };
}
