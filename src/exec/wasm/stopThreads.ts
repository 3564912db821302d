/** Ends the waiting of all threads of a memory, those within a step included: where one has failed, none may hang. */

/** Of the control block, as `kernels/run.ts` lays it out: the number a thread stops at, and those it may sleep on. */
const STOPPED = 192;
const SLEEPING_PLACES = [64, 256] as const;

/** @param control address of the control block. */
export function stopThreads({ buffer }: WebAssembly.Memory, control: number): void {
  const words = new Int32Array(buffer);
  Atomics.store(words, (control + STOPPED) / 4, 1);
  for (const place of SLEEPING_PLACES) Atomics.notify(words, (control + place) / 4);
}
