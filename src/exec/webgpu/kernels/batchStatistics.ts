/**
 * Mean and variance of each channel. It sums `x - k` and its square, where k is the tensor's first row. This needs one read and
 * does not lose precision when a mean is large compared with its deviation.
 */
import { rowSides } from "../../../core/shape.ts";
import { type SampledResult, stored, type Tensor } from "../dispatch.ts";
import { call } from "../functions.ts";
import { type LowerJoined, widthOf } from "../lowering.ts";
import { rowChunks } from "../rows.ts";
import { dispatchOf } from "../shader.ts";
import { setParts, totalDispatch } from "./channelSums.ts";
import { sumOfTerms } from "./samples.ts";

export const batchStatistics: LowerJoined<"batchStatistics"> = (
  { inputs, outputs },
  lowering,
  { coefficients },
) => {
  const shape = lowering.shape(inputs.x);
  const [rows, channels] = rowSides(shape);
  const width = widthOf(channels);
  const columns = channels / width;
  const { perChunk, chunks } = rowChunks(shape);
  const parts = lowering.scratch(2 * chunks * channels);
  const source = lowering.tensor(inputs.x);
  const x = stored(source);
  const sums = dispatchOf({
    name: "batchStatistics",
    width,
    reads: { x },
    writes: { part: { tensor: parts } },
    numbers: { channels: columns, rows, perChunk },
    body: `let channel = i % p.channels;
        let chunk = i / p.channels;
        let end = min(p.rows, (chunk + 1u) * p.perChunk);
        let shift = x_at(channel, 0u);
        var sum = V(0);
        var squares = V(0);
        for (var row = chunk * p.perChunk; row < end; row++) {
          let value = x_at(row * p.channels + channel, 0u) - shift;
          sum += value;
          squares = fma(value, value, squares);
        }
        ${setParts("sum", "squares")}`,
    threads: columns * chunks,
  });
  return [
    { ...sums, sampled: [sampledSums(source, parts, { rows, channels, perChunk, chunks })] },
    totalDispatch(
      {
        name: "batchStatistics, total",
        channels,
        parts,
        chunks,
        reads: { x },
        writes: {
          mean: { tensor: lowering.tensor(outputs.mean) },
          variance: { tensor: lowering.tensor(outputs.variance) },
        },
        numbers: { rows },
        body: `let beyond = first / f32(p.rows);
          let mean = x_at(channel, 0u) + beyond;
          let variance = ${call("positive_part", "second / f32(p.rows) - beyond * beyond", width)};
          mean_set(channel, mean);
          variance_set(channel, variance);`,
        provides: ["mean", "variance"],
      },
      coefficients,
    ),
  ];
};

interface Division {
  readonly rows: number;
  readonly channels: number;
  readonly perChunk: number;
  readonly chunks: number;
}

/** Computes the partial sums of each chunk: one row of sums and one row of sums of squares, as `setParts` stores them. */
function sampledSums(
  x: Tensor,
  target: Tensor,
  { rows, channels, perChunk, chunks }: Division,
): SampledResult {
  return {
    reads: [x],
    target,
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
}
