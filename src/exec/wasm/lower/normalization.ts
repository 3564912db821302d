/** Batch normalisation, its gradient, and the statistics that follow it. */
import { type Lower, rowSides } from "./lowering.ts";

export const batchStatistics: Lower<"batchStatistics"> = (
  { inputs, outputs },
  { address, shape, scratch },
) => {
  const [rows, channels] = rowSides(shape(inputs.x));
  const results = [address(outputs.mean), address(outputs.variance)];
  const args = [address(inputs.x), rows, channels, ...results, scratch(channels)];
  return [{ kernel: "batchStatistics", args }];
};

export const normalize: Lower<"normalize"> = (
  { inputs, outputs, attributes },
  { address, optional, shape, scratch },
) => {
  const [rows, channels] = rowSides(shape(inputs.x));
  const x = [address(inputs.x), rows, channels];
  const statistics = [address(inputs.mean), address(inputs.variance)];
  const given = [optional(inputs.gamma), optional(inputs.beta), attributes.epsilon];
  const ends = [address(outputs.y), scratch(2 * channels)];
  return [{ kernel: "normalize", args: [...x, ...statistics, ...given, ...ends] }];
};

export const normalizationSums: Lower<"normalizationSums"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch },
) => {
  const [rows, channels] = rowSides(shape(inputs.x));
  const x = [address(inputs.dy), address(inputs.x), rows, channels];
  const statistics = [address(inputs.mean), address(inputs.variance), attributes.epsilon];
  const results = [address(outputs.sumDy), address(outputs.sumDyXhat)];
  const args = [...x, ...statistics, ...results, scratch(2 * channels)];
  return [{ kernel: "normalizationSums", args }];
};

export const normalizationGradient: Lower<"normalizationGradient"> = (
  { inputs, outputs, attributes },
  { address, optional, shape, scratch },
) => {
  const [rows, channels] = rowSides(shape(inputs.x));
  const x = [address(inputs.dy), address(inputs.x), rows, channels];
  const statistics = [address(inputs.mean), address(inputs.variance)];
  const given = [optional(inputs.gamma), attributes.epsilon];
  const sums = [address(inputs.sumDy), address(inputs.sumDyXhat)];
  const args = [...x, ...statistics, ...given, ...sums, address(outputs.dx), scratch(3 * channels)];
  return [{ kernel: "normalizationGradient", args }];
};

export const movingAverage: Lower<"movingAverage"> = (
  { inputs, updates, attributes: { momentum } },
  { address, optional, size },
) =>
  inputs.batch.map((batch, index) => ({
    kernel: "movingAverage" as const,
    args: [optional(updates.moving[index]), address(batch), size(batch), momentum, 1 - momentum],
  }));

export const biasGradient: Lower<"biasGradient"> = (
  { inputs, outputs },
  { address, shape, scratch },
) => {
  const [rows, channels] = rowSides(shape(inputs.dy));
  const args = [address(inputs.dy), rows, channels, address(outputs.dbias), scratch(channels)];
  return [{ kernel: "biasGradient", args }];
};
