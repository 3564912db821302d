/**
 * The list of calls, run by every thread: each takes the next chunk of a call until none is left, then all meet, but for
 * calls that say that the next one does not need them. Which
 * thread runs a chunk changes nothing, since chunks of one call write apart from each other and their number is
 * that of the plan, not of the threads.
 *
 * The control block lies in memory that no plan uses, one cache line for each of its parts: threads arrived,
 * meetings held, threads asleep, stop, jobs given, and the newest job.
 */
import { Call, RECORD_BYTES } from "./generated/calls";
import { dispatch } from "./generated/dispatch";
import { resetChunks, takeChunk } from "./shared/chunks";

const ARRIVED: usize = 0;
const MEETINGS: usize = 64;
const ASLEEP: usize = 128;
const STOPPED: usize = 192;
const JOBS: usize = 256;
const JOB: usize = 320;

/**
 * About a millisecond: longer than any wait within a step and than what lies between two steps, since a thread that has
 * to be woken comes late to the first calls of the next.
 */
const SPINS: i32 = 400_000;
const SECOND: i64 = 1_000_000_000;
/**
 * Seconds. No chunk takes one; a thread that does not come for so long has died. One that throws says so at once; of one
 * that is killed nobody hears, since the thread that would be told waits here.
 */
const PATIENCE: i32 = 5;

/**
 * Gives the job to the helper threads and runs it with them.
 *
 * @param scratch each thread's own memory: `scratchBytes` for each of `threads`, one behind the other.
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

/** A helper thread: runs the jobs given until it is stopped. `thread` counts from 1. */
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
  let met = first;
  for (let index = first; index < end; index += 1) {
    const call = callAt(list, index);
    for (;;) {
      const chunk = takeChunk(call, fromEnd);
      if (chunk < 0) break;
      dispatch(call, chunk, scratch);
    }
    if (call.goesOn && index + 1 < end) continue;
    if (!meet(control, threads, list, met, index)) return index;
    met = index + 1;
  }
  return -1;
}

function callAt(list: usize, index: i32): Call {
  return changetype<Call>(list + <usize>index * RECORD_BYTES);
}

/**
 * Waits for all threads; the last to arrive sets back the counters of the calls since they last met, `first` to `last`.
 * False where one stopped or is missing.
 */
function meet(control: usize, threads: i32, list: usize, first: i32, last: i32): bool {
  const meeting = atomic.load<i32>(control + MEETINGS);
  if (atomic.add<i32>(control + ARRIVED, 1) + 1 === threads) {
    atomic.store<i32>(control + ARRIVED, 0);
    for (let index = first; index <= last; index += 1) resetChunks(callAt(list, index));
    atomic.store<i32>(control + MEETINGS, meeting + 1);
    if (atomic.load<i32>(control + ASLEEP) > 0) atomic.notify(control + MEETINGS, i32.MAX_VALUE);
    return !atomic.load<i32>(control + STOPPED);
  }
  return awaitChange(control + MEETINGS, meeting, control, PATIENCE);
}

/** Spins, then sleeps, until the number at `place` is another than `seen`. False after `patience` seconds, or where stopped. */
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
