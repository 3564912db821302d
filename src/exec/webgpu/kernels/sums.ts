/** Sums into the gradients: the column sums of a map, and all partial sums of the backward phase. */

import { greatestOf } from "../../../core/numbers.ts";
import { rowSides } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import { type Dispatch, type SampledResult, stored, type Tensor } from "../dispatch.ts";
import { type DeferredSum, type Lower, type Lowering, padded, widthOf } from "../lowering.ts";
import { rowChunks } from "../rows.ts";
import { dispatchOf } from "../shader.ts";
import { sumOfTerms } from "./samples.ts";

/** Sums the columns of a map into partial sums of the gradient. */
export const biasGradient: Lower<"biasGradient"> = ({ inputs, outputs }, lowering) =>
  sumOfRows(inputs.dy, lowering.tensor(outputs.dbias), lowering);

function sumOfRows(dy: BufferId, sum: Tensor, lowering: Lowering): readonly Dispatch[] {
  const shape = lowering.shape(dy);
  const [rows, channels] = rowSides(shape);
  const width = widthOf(channels);
  const columns = channels / width;
  const { perChunk, chunks } = rowChunks(shape);
  const parts = lowering.parts(chunks * padded(channels));
  lowering.deferSum({ parts, numParts: chunks, count: channels, sum });
  const source = lowering.tensor(dy);
  const dispatch = dispatchOf({
    name: "biasGradient",
    width,
    reads: { dy: stored(source) },
    writes: { part: { tensor: parts } },
    numbers: { columns, rows, perChunk, stride: padded(channels) / width },
    body: `let column = i % p.columns;
        let chunk = i / p.columns;
        let end = min(p.rows, (chunk + 1u) * p.perChunk);
        var sum = V(0);
        for (var row = chunk * p.perChunk; row < end; row++) {
          sum += dy_at(row * p.columns + column, 0u);
        }
        part_set(chunk * p.stride + column, sum);`,
    threads: columns * chunks,
  });
  const sampled: SampledResult = {
    reads: [source],
    target: parts,
    rows: chunks,
    columns: channels,
    terms: perChunk,
    sample(chunk, column, read) {
      const end = Math.min(rows, (chunk + 1) * perChunk);
      const value = (row: number) => read(source, row * channels + column);
      return {
        ...sumOfTerms(chunk * perChunk, end, value, () => 1),
        at: chunk * padded(channels) + column,
      };
    },
  };
  return [{ ...dispatch, sampled: [sampled] }];
}

/** The number of entries in `table` for one sum. */
const ENTRY = 5;

/** @param table where the caller stores `deferredTable`. */
export function sumDeferred(sums: readonly DeferredSum[], table: Tensor): readonly Dispatch[] {
  const [first] = sums;
  if (first === undefined) return [];
  const { storage } = first.sum;
  if (sums.some(({ sum }) => sum.storage !== storage))
    throw new RangeError("deferred sums go to one storage");
  const target = { storage, base: 0 };
  const dispatch = dispatchOf({
    name: "sumDeferred",
    width: 4,
    reads: {
      part: stored({ storage: first.parts.storage, base: 0 }),
      table: stored(table, { type: "u32", width: 1 }),
    },
    writes: { sum: { tensor: target } },
    numbers: { entries: sums.length },
    body: `var low = 0u;
        var high = p.entries;
        while (high - low > 1u) {
          let middle = (low + high) / 2u;
          if (table_at(middle * ${ENTRY}u, 0u) <= i) { low = middle; } else { high = middle; }
        }
        let entry = low * ${ENTRY}u;
        let at = i - table_at(entry, 0u);
        let numParts = table_at(entry + 1u, 0u);
        let stride = table_at(entry + 2u, 0u);
        let first = table_at(entry + 3u, 0u) + at;
        var sum = V(0);
        for (var index = 0u; index < numParts; index++) { sum += part_at(first + index * stride, 0u); }
        sum_set(table_at(entry + 4u, 0u) + at, sum);`,
    threads: sums.reduce((total, { count }) => total + padded(count) / 4, 0),
  });
  const sampled: SampledResult = {
    reads: [first.parts],
    target,
    rows: sums.length,
    columns: greatestOf(sums.map(({ count }) => count)),
    terms: greatestOf(sums.map(({ numParts }) => numParts)),
    sample(row, column, read) {
      const own = sums[row];
      if (own === undefined || column >= own.count) return undefined;
      const { parts, numParts, count, sum } = own;
      const value = (part: number) => read(parts, part * padded(count) + column);
      return { ...sumOfTerms(0, numParts, value, () => 1), at: sum.base + column };
    },
  };
  return [{ ...dispatch, sampled: [sampled] }];
}

/**
 * For each sum: its first thread, the number of parts, their distance, their offset and the target's offset, in units of four
 * numbers.
 */
export function deferredTable(sums: readonly DeferredSum[]): readonly number[] {
  let threads = 0;
  return sums.flatMap(({ parts, numParts, count, sum }) => {
    const own = padded(count) / 4;
    const entry = [threads, numParts, own, parts.base / 4, sum.base / 4];
    threads += own;
    return entry;
  });
}
