/** Batch normalisation, its gradient, and the statistics that follow it. */
import { type Lower, rowSides } from "./lowering.ts";

export const batchNormalization: Lower<"batchNormalization"> = (
  { inputs, outputs, attributes },
  { address, optional, shape, scratch },
) => {
  const [rows, channels] = rowSides(shape(inputs.x));
  const statistics = [address(outputs.mean), address(outputs.variance)];
  const room = scratch(2 * channels);
  const given = [optional(inputs.gamma), optional(inputs.beta), attributes.epsilon];
  const ends = [Number(attributes.activation === "relu"), address(outputs.y), room];
  const x = [address(inputs.x), rows, channels];
  return [
    { kernel: "batchStatistics", args: [...x, ...statistics, room] },
    { kernel: "normalize", args: [...x, ...statistics, ...given, ...ends] },
  ];
};

export const batchNormalizationInference: Lower<"batchNormalizationInference"> = (
  { inputs, outputs, attributes },
  { address, optional, shape, scratch },
) => {
  const [rows, channels] = rowSides(shape(inputs.x));
  const x = [address(inputs.x), rows, channels];
  const statistics = [address(inputs.mean), address(inputs.variance)];
  const given = [optional(inputs.gamma), optional(inputs.beta), attributes.epsilon];
  const relu = Number(attributes.activation === "relu");
  const ends = [relu, address(outputs.y), scratch(2 * channels)];
  return [{ kernel: "normalize", args: [...x, ...statistics, ...given, ...ends] }];
};

export const batchNormalizationGradient: Lower<"batchNormalizationGradient"> = (
  { inputs, outputs, attributes },
  { address, optional, shape, scratch },
) => {
  const [rows, channels] = rowSides(shape(inputs.x));
  const x = [address(inputs.dy), address(inputs.x), rows, channels];
  const statistics = [address(inputs.mean), address(inputs.variance)];
  const mask = attributes.activation === "relu" ? optional(inputs.y) : 0;
  const given = [optional(inputs.gamma), mask, attributes.epsilon];
  const results = [optional(outputs.dx), optional(outputs.dgamma), optional(outputs.dbeta)];
  const args = [...x, ...statistics, ...given, ...results, scratch(6 * channels)];
  return [{ kernel: "batchNormalizationGradient", args }];
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
