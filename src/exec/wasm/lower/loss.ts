/** The head: softmax, the losses, the metrics. */
import { rowSides } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import { type Call, chunksOf, f32, type Lower, type Lowering } from "./lowering.ts";

/** Rows of a handful of classes that a chunk takes, each with as many exponentials. */
const CHUNK_ROWS = 64;

export const softmax: Lower<"softmax"> = ({ inputs, outputs }, { address, shape }) => {
  const [rows, classes] = rowSides(shape(inputs.x));
  const args = [address(inputs.x), address(outputs.y), rows, classes, CHUNK_ROWS];
  return [{ kernel: "softmax", chunks: chunksOf(rows, CHUNK_ROWS), args }];
};

export const softmaxGradient: Lower<"softmaxGradient"> = (
  { inputs, outputs },
  { address, shape },
) => {
  const [rows, classes] = rowSides(shape(inputs.y));
  const ends = [address(inputs.dy), address(inputs.y), address(outputs.dx)];
  const chunks = chunksOf(rows, CHUNK_ROWS);
  return [{ kernel: "softmaxGradient", chunks, args: [...ends, rows, classes, CHUNK_ROWS] }];
};

/** Outputs of the network with their labels, as the losses take them. */
interface Scored {
  readonly x: BufferId;
  readonly labels: BufferId;
  readonly labelSmoothing: number;
}

function score(
  kernel: "softmaxCrossEntropy" | "clippedCrossEntropy",
  { x, labels, labelSmoothing }: Scored,
  { imageLoss, predicted }: { readonly imageLoss: BufferId; readonly predicted: BufferId },
  { address, shape }: Lowering,
): readonly Call[] {
  const [rows, classes] = rowSides(shape(x));
  const given = [address(x), address(labels), rows, classes, f32(labelSmoothing)];
  const results = [address(imageLoss), address(predicted)];
  const chunks = chunksOf(rows, CHUNK_ROWS);
  return [{ kernel, chunks, args: [...given, ...results, CHUNK_ROWS] }];
}

function slope(
  kernel: "softmaxCrossEntropyGradient" | "clippedCrossEntropyGradient",
  { x, labels, labelSmoothing }: Scored,
  dx: BufferId,
  { address, shape }: Lowering,
): readonly Call[] {
  const [rows, classes] = rowSides(shape(x));
  const given = [address(x), address(labels), rows, classes, f32(labelSmoothing)];
  const chunks = chunksOf(rows, CHUNK_ROWS);
  return [{ kernel, chunks, args: [...given, address(dx), CHUNK_ROWS] }];
}

export const softmaxCrossEntropy: Lower<"softmaxCrossEntropy"> = (
  { inputs: { logits, labels }, outputs, attributes },
  lowering,
) => score("softmaxCrossEntropy", { x: logits, labels, ...attributes }, outputs, lowering);

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
) => score("clippedCrossEntropy", { ...inputs, ...attributes }, outputs, lowering);

export const clippedCrossEntropyGradient: Lower<"clippedCrossEntropyGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => slope("clippedCrossEntropyGradient", { ...inputs, ...attributes }, outputs.dx, lowering);

export const accumulateMetrics: Lower<"accumulateMetrics"> = (
  { inputs, updates },
  { address, size },
) => {
  const given = [address(inputs.imageLoss), address(inputs.predicted), address(inputs.labels)];
  const args = [...given, size(inputs.imageLoss), address(updates.sums)];
  return [{ kernel: "accumulateMetrics", chunks: 1, args }];
};
