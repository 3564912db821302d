/** Sums into the gradients: the column sums of a map, and all partial sums of the backward phase. */

import { greatestOf } from "../../../core/numbers.ts";
import { rowSides } from "../../../core/shape.ts";
import { type Dispatch, type SampledResult, stored, type Tensor } from "../dispatch.ts";
import { type DeferredSum, type Lower, padded, widthOf } from "../lowering.ts";
import { mapDispatch, rowChunks } from "../rows.ts";
import { dispatchOf } from "../shader.ts";
import { stepReads } from "../stepKernel.ts";
import { sumOfTerms } from "./samples.ts";
import { segmentOf, segmentTable } from "./segments.ts";

/** Sums the columns of a map into partial sums of the gradient. */
export const biasGradient: Lower<"biasGradient"> = (step, lowering) => {
  const shape = lowering.shape(step.inputs.dy);
  const [rows, channels] = rowSides(shape);
  const { perChunk, chunks } = rowChunks(shape);
  const sum = lowering.tensor(step.outputs.dbias);
  const target = lowering.deferSum({ numParts: chunks, count: channels, sum });
  const dy = lowering.tensor(step.inputs.dy);
  const sampled: SampledResult = {
    target,
    rows: chunks,
    columns: channels,
    terms: perChunk,
    sample(chunk, column, read) {
      const end = Math.min(rows, (chunk + 1) * perChunk);
      const value = (row: number) => read(dy, row * channels + column);
      const sum = sumOfTerms(chunk * perChunk, end, value, () => 1);
      return { ...sum, at: chunk * padded(channels) + column };
    },
  };
  const sums = {
    writes: { part: { tensor: target } },
    numbers: { stride: padded(channels) / widthOf(channels) },
    start: "var sum = V(0);",
    add: "sum += value;",
    end: "part_set(chunk * p.stride + channel, sum);",
  };
  const reads = stepReads(step, lowering);
  const kernel = { name: step.op, shape, reads, value: "dy_at(at, 0u)", sampled: [sampled] };
  return mapDispatch(kernel, { sums });
};

/** @param table where the caller stores `deferredTable`. */
export function sumDeferred(sums: readonly DeferredSum[], table: Tensor): readonly Dispatch[] {
  const [first] = sums;
  if (first === undefined) return [];
  const { storage } = first.sum;
  if (sums.some(({ sum }) => sum.storage !== storage))
    throw new RangeError("deferred sums go to one storage");
  const target = { storage, base: 0 };
  const sampled: SampledResult = {
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
  const dispatch = dispatchOf({
    name: "sumDeferred",
    width: 4,
    reads: {
      part: stored({ storage: first.parts.storage, base: 0 }),
      table: stored(table, { type: "u32", width: 1 }),
    },
    writes: { sum: { tensor: target } },
    numbers: { entries: sums.length },
    body: `${segmentOf(5)}
        let numParts = table_at(entry + 1u, 0u);
        let stride = table_at(entry + 2u, 0u);
        let first = table_at(entry + 3u, 0u) + at;
        var sum = V(0);
        for (var index = 0u; index < numParts; index++) { sum += part_at(first + index * stride, 0u); }
        sum_set(table_at(entry + 4u, 0u) + at, sum);`,
    threads: sums.reduce((total, { count }) => total + padded(count) / 4, 0),
    sampled: [sampled],
  });
  return [dispatch];
}

/**
 * For each sum: its first thread, the number of parts, their distance, their offset and the target's offset, in units of four
 * numbers.
 */
export function deferredTable(sums: readonly DeferredSum[]): readonly number[] {
  return segmentTable(
    sums.map(({ parts, numParts, count, sum }) => {
      const threads = padded(count) / 4;
      return { threads, numbers: [numParts, threads, parts.base / 4, sum.base / 4] };
    }),
  );
}
