/** How many threads the compiled engine takes. */

/** For more threads a step has too few chunks. */
const MOST_THREADS = 8;

/** Where there are several cores, one stays free for the page or whatever else runs. */
export function threadsToSpare(cores: number): number {
  return Math.min(MOST_THREADS, Math.max(1, cores >= 4 ? cores - 1 : cores));
}
