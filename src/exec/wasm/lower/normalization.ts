/** Batch normalisation, its gradient, and the statistics that follow it. */
import { numberChunks, rowChunks } from "./chunks.ts";
import { inlineNormalizationGradient, inlineNormalize } from "./inline.ts";
import { joinedEpilogue, joinedStatistics } from "./joined.ts";
import type { Lower } from "./lowering.ts";
import { sumParts } from "./parts.ts";
import { runsOf } from "./runs.ts";
import { storeRows } from "./storeRows.ts";

export const batchStatistics: Lower<"batchStatistics"> = (step, lowering) => {
  const { address, shape } = lowering;
  const { rows, chunks } = rowChunks(shape(step.inputs.x));
  const { statisticsParts: parts, calls } = joinedStatistics([step], chunks, lowering);
  const call = { x: address(step.inputs.x), rows, parts };
  return [{ kernel: "batchStatistics", chunks, arguments: call }, ...calls];
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
  const { rows, chunks } = rowChunks(shape(dy));
  const { epilogue, calls } = joinedEpilogue([step], dy, chunks, lowering);
  const call = { dy: address(dy), rows, epilogue };
  return [{ kernel: "normalizationSums", chunks, arguments: call }, ...calls];
};

export const movingAverage: Lower<"movingAverage"> = (
  { inputs, updates, attributes: { momentum } },
  lowering,
) =>
  runsOf(
    updates.moving,
    (place) => ({
      moving: lowering.optional(updates.moving[place]),
      batch: lowering.optional(inputs.batch[place]),
    }),
    lowering,
  ).map(({ place: addresses, count }) => {
    const { numbers, chunks } = numberChunks(count);
    const call = { ...addresses, numbers, momentum, oneMinusMomentum: 1 - momentum };
    return { kernel: "movingAverage", chunks, arguments: call };
  });

export const biasGradient: Lower<"biasGradient"> = ({ inputs, outputs }, lowering) => {
  const { address, shape } = lowering;
  const { rows, chunks } = rowChunks(shape(inputs.dy));
  const result = { address: address(outputs.dbias), count: rows.channels };
  const { parts, sums } = sumParts(result, chunks, lowering);
  const call = { dy: address(inputs.dy), rows, parts };
  return [{ kernel: "sumColumns", chunks, arguments: call }, ...sums];
};
