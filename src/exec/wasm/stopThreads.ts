/** Ends the waiting of all threads of a memory, also within a step, so that they do not hang when a thread has failed. */

/**
 * Offsets in the control block of `kernels/run.ts`: the flag that stops threads, and the numbers on which they may
 * sleep.
 */
const STOPPED = 192;
const SLEEPING_PLACES = [64, 256] as const;

/** @param control address of the control block. */
export function stopThreads({ buffer }: WebAssembly.Memory, control: number): void {
  const words = new Int32Array(buffer);
  Atomics.store(words, (control + STOPPED) / 4, 1);
  for (const place of SLEEPING_PLACES) Atomics.notify(words, (control + place) / 4);
}
