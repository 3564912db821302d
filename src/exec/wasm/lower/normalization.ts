/** Batch normalisation, its gradient, and the statistics that follow it. */
import { rowSides } from "../../../core/shape.ts";
import { rowChunks } from "./chunks.ts";
import { inlineNormalizationGradient, inlineNormalize } from "./inline.ts";
import { joinedEpilogue, joinedStatistics } from "./joined.ts";
import { f32, type Lower } from "./lowering.ts";
import { sumParts } from "./parts.ts";
import { runChunks, runsOf } from "./runs.ts";
import { storeRows } from "./storeRows.ts";

export const batchStatistics: Lower<"batchStatistics"> = (step, lowering) => {
  const { address, shape } = lowering;
  const [rows, channels] = rowSides(shape(step.inputs.x));
  const { perChunk, chunks } = rowChunks(rows, channels);
  const { parts, calls } = joinedStatistics([step], chunks, lowering);
  const args = [address(step.inputs.x), rows, channels, parts, perChunk];
  return [{ kernel: "batchStatistics", chunks, args }, ...calls];
};

export const normalize: Lower<"normalize"> = (step, lowering) => {
  const { operand, calls } = inlineNormalize(step, lowering);
  return [...calls, storeRows(operand, step.outputs.y, lowering)];
};

export const normalizationGradient: Lower<"normalizationGradient"> = (step, lowering) => {
  const { operand, calls } = inlineNormalizationGradient(step, lowering);
  return [...calls, storeRows(operand, step.outputs.dx, lowering)];
};

export const normalizationSums: Lower<"normalizationSums"> = (step, lowering) => {
  const { address, shape } = lowering;
  const { dy } = step.inputs;
  const [rows, channels] = rowSides(shape(dy));
  const { perChunk, chunks } = rowChunks(rows, channels);
  const { args: epilogue, calls } = joinedEpilogue([step], dy, chunks, lowering);
  const args = [address(dy), rows, channels, perChunk, ...epilogue];
  return [{ kernel: "normalizationSums", chunks, args }, ...calls];
};

export const movingAverage: Lower<"movingAverage"> = (
  { inputs, updates, attributes: { momentum } },
  lowering,
) =>
  runsOf([updates.moving, inputs.batch], lowering).map(({ addresses, count }) => {
    const { perChunk, chunks } = runChunks(count);
    const args = [...addresses, count, f32(momentum), f32(1 - momentum), perChunk];
    return { kernel: "movingAverage" as const, chunks, args };
  });

export const biasGradient: Lower<"biasGradient"> = ({ inputs, outputs }, lowering) => {
  const { address, shape } = lowering;
  const [rows, channels] = rowSides(shape(inputs.dy));
  const { perChunk, chunks } = rowChunks(rows, channels);
  const result = { address: address(outputs.dbias), count: channels };
  const { partials, sums } = sumParts(result, chunks, lowering);
  const args = [address(inputs.dy), rows, channels, partials, perChunk];
  return [{ kernel: "sumColumns", chunks, args }, ...sums];
};
