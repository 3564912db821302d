/** Loading tells of every chunk; the page redraws for at most ten a second, and always for a whole shard. */
import type { LoadingProgress } from "../data/trainingBatches.ts";

const INTERVAL_MS = 100;

export function createProgressThrottle(
  report: (progress: LoadingProgress) => void,
  now: () => number = () => performance.now(),
): (progress: LoadingProgress) => void {
  let lastReport = Number.NEGATIVE_INFINITY;
  let lastShards = -1;
  return (progress) => {
    const isNews =
      progress.shardsLoaded !== lastShards || progress.buffered === progress.bufferSize;
    if (!isNews && now() - lastReport < INTERVAL_MS) return;
    lastReport = now();
    lastShards = progress.shardsLoaded;
    report(progress);
  };
}
