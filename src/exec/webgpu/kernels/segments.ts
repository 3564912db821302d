/** Divides the threads of a dispatch into segments of different lengths, by a table that is in a storage. */

interface Segment {
  readonly threads: number;
  /** What the segment's threads read behind its first thread; equally many for each segment. */
  readonly numbers: readonly number[];
}

/** Returns, for each segment, its first thread and then its numbers. */
export function segmentTable(segments: readonly Segment[]): readonly number[] {
  let first = 0;
  return segments.flatMap(({ threads, numbers }) => {
    const entry = [first, ...numbers];
    first += threads;
    return entry;
  });
}

/**
 * WGSL that finds the segment of the thread `i` among `p.entries` in the operand `table`: the index `entry` where it begins in
 * the table, and the thread's number `at` within the segment.
 *
 * @param size the number of table entries for each segment.
 */
export function segmentOf(size: number): string {
  return `var low = 0u;
    var high = p.entries;
    while (high - low > 1u) {
      let middle = (low + high) / 2u;
      if (table_at(middle * ${size}u, 0u) <= i) { low = middle; } else { high = middle; }
    }
    let entry = low * ${size}u;
    let at = i - table_at(entry, 0u);`;
}
