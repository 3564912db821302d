/** How many threads the compiled engine takes. */

/** Beyond this, a step's chunks are too few to go round. */
const MOST_THREADS = 8;

/** One core stays free for the page, or whoever asked, where there are several. */
export function threadsToSpare(cores: number): number {
  return Math.min(MOST_THREADS, Math.max(1, cores >= 4 ? cores - 1 : cores));
}
