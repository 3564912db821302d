/**
 * Throttles progress reports. Loading reports every chunk, but the page redraws at most ten times a second, and always for a
 * complete shard.
 */
import type { LoadingProgress } from "../../data/trainingBatches.ts";

const INTERVAL_MS = 100;

/** Passes on the first report at once and then at most ten a second. */
export function createThrottle<T>(
  report: (progress: T) => void,
  now: () => number = () => performance.now(),
): (progress: T) => void {
  let lastReport = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (now() - lastReport < INTERVAL_MS) return;
    lastReport = now();
    report(progress);
  };
}

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
