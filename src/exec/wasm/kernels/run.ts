/**
 * Runs a list of calls on all threads. Each thread takes the next chunk of a call until none is left. A barrier
 * follows, unless the call says that the next one does not depend on it. Which thread runs a chunk changes no bit,
 * since chunks of one call write to separate memory and their number follows from the plan, not from the threads.
 *
 * The control block is in memory that no plan uses and has one cache line for each of its parts: threads that have
 * arrived at the barrier, barriers passed, threads asleep, the stop flag, jobs started, and the newest job.
 */
import { Call, RECORD_BYTES } from "./generated/calls";
import { dispatch } from "./generated/dispatch";
import { resetChunks, takeChunk } from "./shared/chunks";

const ARRIVED: usize = 0;
const BARRIERS: usize = 64;
const ASLEEP: usize = 128;
const STOPPED: usize = 192;
const JOBS: usize = 256;
const JOB: usize = 320;

/**
 * About a millisecond: longer than the waits within a step and between two steps, since a sleeping thread wakes late
 * and would miss the first calls of the next step.
 */
const SPINS: i32 = 400_000;
const SECOND: i64 = 1_000_000_000;
/**
 * Seconds. No chunk takes that long, so a thread that is missing has died. One that throws reports it at once, but
 * one that is killed reports nothing to this thread, which waits here.
 */
const PATIENCE: i32 = 5;

/**
 * Gives a job to the helper threads and runs it with them.
 *
 * @param scratch the private memory of all `threads`, `scratchBytes` for each.
 * @returns -1, or the number of the call at which a thread stopped or did not come.
 */
export function run(
  control: usize,
  list: usize,
  first: i32,
  count: i32,
  threads: i32,
  scratch: usize,
  scratchBytes: usize,
): i32 {
  if (threads > 1) {
    const job = control + JOB;
    store<u32>(job, <u32>list);
    store<i32>(job, first, 4);
    store<i32>(job, count, 8);
    store<i32>(job, threads, 12);
    store<u32>(job, <u32>scratch, 16);
    store<u32>(job, <u32>scratchBytes, 20);
    atomic.add<i32>(control + JOBS, 1);
    atomic.notify(control + JOBS, i32.MAX_VALUE);
  }
  return runCalls(control, list, first, count, threads, false, scratch);
}

/** Runs in a helper thread: serves jobs until it is stopped. `thread` counts from 1. */
export function serve(control: usize, thread: i32): i32 {
  let failed = -1;
  for (let done = 0; failed < 0; done += 1) {
    awaitChange(control + JOBS, done, control, i32.MAX_VALUE);
    if (atomic.load<i32>(control + STOPPED)) return -1;
    const job = control + JOB;
    const scratch = load<u32>(job, 16) + load<u32>(job, 20) * thread;
    const threads = load<i32>(job, 12);
    failed = runCalls(
      control,
      load<u32>(job),
      load<i32>(job, 4),
      load<i32>(job, 8),
      threads,
      (thread & 1) === 1,
      scratch,
    );
  }
  return failed;
}

function runCalls(
  control: usize,
  list: usize,
  first: i32,
  count: i32,
  threads: i32,
  fromEnd: bool,
  scratch: usize,
): i32 {
  const end = first + count;
  let firstSinceBarrier = first;
  for (let index = first; index < end; index += 1) {
    const call = callAt(list, index);
    for (;;) {
      const chunk = takeChunk(call, fromEnd);
      if (chunk < 0) break;
      dispatch(call, chunk, scratch);
    }
    if (call.goesOn && index + 1 < end) continue;
    if (!passBarrier(control, threads, list, firstSinceBarrier, index)) return index;
    firstSinceBarrier = index + 1;
  }
  return -1;
}

function callAt(list: usize, index: i32): Call {
  return changetype<Call>(list + <usize>index * RECORD_BYTES);
}

/**
 * The barrier: waits for all threads. The last one to arrive resets the chunk counters of the calls since the
 * previous barrier, `first` to `last`. Returns false where a thread stopped or is missing.
 */
function passBarrier(control: usize, threads: i32, list: usize, first: i32, last: i32): bool {
  const barrier = atomic.load<i32>(control + BARRIERS);
  if (atomic.add<i32>(control + ARRIVED, 1) + 1 === threads) {
    atomic.store<i32>(control + ARRIVED, 0);
    for (let index = first; index <= last; index += 1) resetChunks(callAt(list, index));
    atomic.store<i32>(control + BARRIERS, barrier + 1);
    if (atomic.load<i32>(control + ASLEEP) > 0) atomic.notify(control + BARRIERS, i32.MAX_VALUE);
    return !atomic.load<i32>(control + STOPPED);
  }
  return awaitChange(control + BARRIERS, barrier, control, PATIENCE);
}

/**
 * Waits, at first spinning and then asleep, until the number at `place` differs from `seen`. Returns false after
 * `patience` seconds or where a thread stopped.
 */
function awaitChange(place: usize, seen: i32, control: usize, patience: i32): bool {
  for (let spin = 0; spin < SPINS; spin += 1) {
    if (atomic.load<i32>(place) !== seen) return !atomic.load<i32>(control + STOPPED);
  }
  for (let second = 0; second < patience; second += 1) {
    if (atomic.load<i32>(control + STOPPED)) return false;
    atomic.add<i32>(control + ASLEEP, 1);
    atomic.wait<i32>(place, seen, SECOND);
    atomic.sub<i32>(control + ASLEEP, 1);
    if (atomic.load<i32>(place) !== seen) return !atomic.load<i32>(control + STOPPED);
  }
  return false;
}
