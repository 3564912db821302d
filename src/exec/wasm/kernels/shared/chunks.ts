/** How threads share the chunks of a call. */
import { Call, CHUNKS_GIVEN_AT } from "../generated/calls";

/** Added to both counters as one number, of which the upper half counts chunks taken from the end. */
const ONE_FROM_END: i64 = 1 << 32;

/**
 * Takes a chunk that no thread has taken, -1 where none is left. Half of the threads take chunks from the start, the others
 * from the end: a thread then works on the same part of the batch in every call and finds most of its input in its own cache.
 */
export function takeChunk(call: Call, fromEnd: bool): i32 {
  const chunks = call.numChunks;
  const given = atomic.add<i64>(countersOf(call), fromEnd ? ONE_FROM_END : 1);
  const first = <i32>given;
  const last = <i32>(given >> 32);
  if (first + last >= chunks) return -1;
  return fromEnd ? chunks - 1 - last : first;
}

/** Sets both counters of `takeChunk` to 0, so that the call can run again. */
export function resetChunks(call: Call): void {
  atomic.store<i64>(countersOf(call), 0);
}

function countersOf(call: Call): usize {
  return changetype<usize>(call) + CHUNKS_GIVEN_AT;
}
