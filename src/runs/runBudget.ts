/** Decides which runs are removed when they take too much room. Pure functions. */
import type { RunHead } from "./runRecord.ts";

/** The room for recorded runs, without their weights. */
const MOST_BYTES = 200_000_000;
/** The list reads all heads at once. */
const MOST_RUNS = 1_000;

export interface RunUsage {
  readonly numRuns: number;
  readonly bytes: number;
  /** The limit in bytes, which is smaller where the browser gives less. */
  readonly limitBytes: number;
}

/** @param quotaBytes what the browser grants to this page, of which runs take a tenth at most; `null` when it does not say. */
export function usageOf(heads: readonly RunHead[], quotaBytes: number | null): RunUsage {
  return {
    numRuns: heads.length,
    bytes: heads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    limitBytes: Math.min(MOST_BYTES, (quotaBytes ?? Number.POSITIVE_INFINITY) / 10),
  };
}

/**
 * Returns the runs to remove so that `roomBytes` more fit, oldest first: deleted ones, then those without a pin. A run that is
 * being recorded stays.
 */
export function runsToRemove(
  heads: readonly RunHead[],
  limitBytes: number,
  roomBytes: number,
  recording: ReadonlySet<string>,
): readonly RunHead[] {
  const rank = ({ deletedAt }: RunHead) => (deletedAt === null ? 1 : 0);
  const candidates = heads
    .filter(({ id, pinned, deletedAt }) => (!pinned || deletedAt !== null) && !recording.has(id))
    .toSorted((a, b) => rank(a) - rank(b) || a.updatedAt - b.updatedAt);
  const usage = usageOf(heads, null);
  let bytes = usage.bytes + roomBytes;
  let count = usage.numRuns;
  const removed: RunHead[] = [];
  for (const head of candidates) {
    if (bytes <= limitBytes && count <= MOST_RUNS) break;
    removed.push(head);
    bytes -= head.sizeBytes;
    count -= 1;
  }
  return removed;
}
