/** The head: softmax, the losses, the metrics. */
import { type Lower, rowSides } from "./lowering.ts";

export const softmax: Lower<"softmax"> = ({ inputs, outputs }, { address, shape }) => {
  const args = [address(inputs.x), ...rowSides(shape(inputs.x)), address(outputs.y)];
  return [{ kernel: "softmax", args }];
};

export const softmaxGradient: Lower<"softmaxGradient"> = (
  { inputs, outputs },
  { address, shape },
) => {
  const ends = [address(inputs.dy), address(inputs.y)];
  const args = [...ends, ...rowSides(shape(inputs.y)), address(outputs.dx)];
  return [{ kernel: "softmaxGradient", args }];
};

export const softmaxCrossEntropy: Lower<"softmaxCrossEntropy"> = (
  { inputs, outputs, attributes: { labelSmoothing } },
  { address, shape },
) => {
  const given = [address(inputs.logits), address(inputs.labels), ...rowSides(shape(inputs.logits))];
  const results = [address(outputs.imageLoss), address(outputs.predicted)];
  return [{ kernel: "softmaxCrossEntropy", args: [...given, labelSmoothing, ...results] }];
};

export const softmaxCrossEntropyGradient: Lower<"softmaxCrossEntropyGradient"> = (
  { inputs, outputs, attributes: { labelSmoothing } },
  { address, shape },
) => {
  const given = [address(inputs.logits), address(inputs.labels), ...rowSides(shape(inputs.logits))];
  const args = [...given, labelSmoothing, address(outputs.dlogits)];
  return [{ kernel: "softmaxCrossEntropyGradient", args }];
};

export const clippedCrossEntropy: Lower<"clippedCrossEntropy"> = (
  { inputs, outputs, attributes: { labelSmoothing } },
  { address, shape },
) => {
  const given = [address(inputs.x), address(inputs.labels), ...rowSides(shape(inputs.x))];
  const results = [address(outputs.imageLoss), address(outputs.predicted)];
  return [{ kernel: "clippedCrossEntropy", args: [...given, labelSmoothing, ...results] }];
};

export const clippedCrossEntropyGradient: Lower<"clippedCrossEntropyGradient"> = (
  { inputs, outputs, attributes: { labelSmoothing } },
  { address, shape },
) => {
  const given = [address(inputs.x), address(inputs.labels), ...rowSides(shape(inputs.x))];
  const args = [...given, labelSmoothing, address(outputs.dx)];
  return [{ kernel: "clippedCrossEntropyGradient", args }];
};

export const accumulateMetrics: Lower<"accumulateMetrics"> = (
  { inputs, updates },
  { address, size },
) => {
  const given = [address(inputs.imageLoss), address(inputs.predicted), address(inputs.labels)];
  const args = [...given, size(inputs.imageLoss), address(updates.sums)];
  return [{ kernel: "accumulateMetrics", args }];
};
