/** Shares and differences of recorded confusion matrices. Pure functions. */
import type { RunBody, RunMatrix } from "./runRecord.ts";

/** Returns each count as a share of its row, `[classes, classes]`. Rows without images are 0. */
export function rowShares({ counts }: RunMatrix, numClasses: number): Float64Array {
  const shares = new Float64Array(counts.length);
  for (let row = 0; row < numClasses; row += 1) {
    let total = 0;
    for (let at = row * numClasses; at < (row + 1) * numClasses; at += 1) total += counts[at] ?? 0;
    for (let at = row * numClasses; at < (row + 1) * numClasses; at += 1)
      shares[at] = total === 0 ? 0 : (counts[at] ?? 0) / total;
  }
  return shares;
}

/** Returns the shares of the second minus those of the first; `null` when their classes differ. */
export function shareDifference(
  first: { readonly body: RunBody; readonly matrix: RunMatrix },
  second: { readonly body: RunBody; readonly matrix: RunMatrix },
): Float64Array | null {
  const { classes } = first.body;
  if (classes.join("\n") !== second.body.classes.join("\n")) return null;
  const before = rowShares(first.matrix, classes.length);
  return rowShares(second.matrix, classes.length).map((share, at) => share - (before[at] ?? 0));
}

/** Returns the matrix of the test, or else the newest; `undefined` when there is none. */
export function lastMatrix({ matrices }: RunBody): RunMatrix | undefined {
  return matrices.findLast(({ source }) => source === "test") ?? matrices.at(-1);
}

/** Returns the newest matrix at a share of the run's steps, in `[0, 1]`. */
export function matrixAt(body: RunBody, share: number): RunMatrix | undefined {
  if (share >= 1) return lastMatrix(body);
  const { matrices } = body;
  return matrices[Math.min(matrices.length - 1, Math.floor(share * matrices.length))];
}
