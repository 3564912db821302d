/** The head of the network: softmax, the losses and the metrics. */

import { rowSides, type Shape } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { Call } from "../kernelCalls.ts";
import { chunksOf, type Lower, type Lowering } from "./lowering.ts";

/** Rows in a chunk. A row has few classes, but each of them takes an exponential. */
const CHUNK_ROWS = 64;

function classRows(shape: Shape) {
  const [count, channels] = rowSides(shape);
  return { rows: { count, channels, perChunk: CHUNK_ROWS }, chunks: chunksOf(count, CHUNK_ROWS) };
}

export const softmax = rowKernel("softmax");
export const logSoftmax = rowKernel("logSoftmax");
export const softmaxGradient = rowGradient("softmaxGradient");
export const logSoftmaxGradient = rowGradient("logSoftmaxGradient");

function rowKernel<Op extends "softmax" | "logSoftmax">(kernel: Op): Lower<Op> {
  return ({ inputs, outputs }, { address, shape }) => {
    const { rows, chunks } = classRows(shape(inputs.x));
    const call = { x: address(inputs.x), y: address(outputs.y), rows };
    return [{ kernel, chunks, arguments: call }];
  };
}

function rowGradient<Op extends "softmaxGradient" | "logSoftmaxGradient">(kernel: Op): Lower<Op> {
  return ({ inputs, outputs }, { address, shape }) => {
    const { rows, chunks } = classRows(shape(inputs.y));
    const [dy, y, dx] = [address(inputs.dy), address(inputs.y), address(outputs.dx)];
    return [{ kernel, chunks, arguments: { dy, y, dx, rows } }];
  };
}

/** Outputs of the network with their labels, as every loss takes them. */
interface Scored {
  readonly x: BufferId;
  readonly labels: BufferId;
  readonly labelSmoothing: number;
}

function score(
  isClipped: boolean,
  { x, labels, labelSmoothing }: Scored,
  { imageLoss, predicted }: { readonly imageLoss: BufferId; readonly predicted: BufferId },
  { address, shape }: Lowering,
): readonly Call[] {
  const { rows, chunks } = classRows(shape(x));
  const given = { outputs: address(x), labels: address(labels), rows, labelSmoothing, isClipped };
  const results = { imageLoss: address(imageLoss), predicted: address(predicted) };
  return [{ kernel: "crossEntropy", chunks, arguments: { ...given, ...results } }];
}

function slope(
  kernel: "softmaxCrossEntropyGradient" | "clippedCrossEntropyGradient",
  { x, labels, labelSmoothing }: Scored,
  dx: BufferId,
  { address, shape }: Lowering,
): readonly Call[] {
  const { rows, chunks } = classRows(shape(x));
  const given = { outputs: address(x), labels: address(labels), rows, labelSmoothing };
  return [{ kernel, chunks, arguments: { ...given, gradient: address(dx) } }];
}

export const softmaxCrossEntropy: Lower<"softmaxCrossEntropy"> = (
  { inputs: { logits, labels }, outputs, attributes },
  lowering,
) => score(false, { x: logits, labels, ...attributes }, outputs, lowering);

export const softmaxCrossEntropyGradient: Lower<"softmaxCrossEntropyGradient"> = (
  { inputs: { logits, labels }, outputs, attributes },
  lowering,
) => {
  const scored = { x: logits, labels, ...attributes };
  return slope("softmaxCrossEntropyGradient", scored, outputs.dlogits, lowering);
};

export const clippedCrossEntropy: Lower<"clippedCrossEntropy"> = (
  { inputs, outputs, attributes },
  lowering,
) => score(true, { ...inputs, ...attributes }, outputs, lowering);

export const clippedCrossEntropyGradient: Lower<"clippedCrossEntropyGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => slope("clippedCrossEntropyGradient", { ...inputs, ...attributes }, outputs.dx, lowering);

export const accumulateMetrics: Lower<"accumulateMetrics"> = (
  { inputs, updates },
  { address, size },
) => {
  const [predicted, labels] = [address(inputs.predicted), address(inputs.labels)];
  const scored = { imageLoss: address(inputs.imageLoss), predicted, labels };
  const call = { ...scored, rows: size(inputs.imageLoss), sums: address(updates.sums) };
  return [{ kernel: "accumulateMetrics", chunks: 1, arguments: call }];
};
