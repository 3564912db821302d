/**
 * Mean and variance of each channel. It sums `x - k` and its square, where k is the tensor's first row. This needs one read and
 * does not lose precision when a mean is large compared with its deviation.
 */
import { rowSides } from "../../../core/shape.ts";
import type { SampledResult } from "../dispatch.ts";
import { call } from "../functions.ts";
import { type LowerJoined, widthOf } from "../lowering.ts";
import { mapDispatch, rowChunks } from "../rows.ts";
import { stepReads, stepWrites } from "../stepKernel.ts";
import { setParts, totalDispatch } from "./channelSums.ts";
import { sumOfTerms } from "./samples.ts";

export const batchStatistics: LowerJoined<"batchStatistics"> = (
  step,
  lowering,
  { coefficients },
) => {
  const shape = lowering.shape(step.inputs.x);
  const [rows, channels] = rowSides(shape);
  const { perChunk, chunks } = rowChunks(shape);
  const parts = lowering.scratch(2 * chunks * channels);
  const x = lowering.tensor(step.inputs.x);
  const reads = stepReads(step, lowering);
  /** Each chunk has a row of sums and a row of sums of squares, as `setParts` stores them. */
  const sampled: SampledResult = {
    target: parts,
    rows: 2 * chunks,
    columns: channels,
    terms: perChunk,
    sample(part, channel, read) {
      const [chunk, isSquared] = [Math.floor(part / 2), part % 2 === 1];
      const shift = read(x, channel);
      const value = (row: number) => read(x, row * channels + channel) - shift;
      const end = Math.min(rows, (chunk + 1) * perChunk);
      const sum = sumOfTerms(chunk * perChunk, end, value, isSquared ? value : () => 1);
      return { ...sum, at: part * channels + channel };
    },
  };
  const sums = {
    writes: { part: { tensor: parts } },
    start: `let shift = x_at(channel, 0u);
      var sum = V(0);
      var squares = V(0);`,
    add: `sum += value;
      squares = fma(value, value, squares);`,
    end: setParts("sum", "squares"),
  };
  const kernel = { name: step.op, shape, reads, value: "x_at(at, 0u) - shift", sampled: [sampled] };
  const total = {
    name: "batchStatistics, total",
    channels,
    parts,
    chunks,
    reads,
    writes: stepWrites(step, lowering),
    numbers: { rows },
    body: `let beyond = first / f32(p.rows);
      let mean = x_at(channel, 0u) + beyond;
      let variance = ${call("positive_part", "second / f32(p.rows) - beyond * beyond", widthOf(channels))};
      mean_set(channel, mean);
      variance_set(channel, variance);`,
    provides: ["mean", "variance"],
  };
  return [mapDispatch(kernel, { sums }), totalDispatch(total, coefficients)];
};
