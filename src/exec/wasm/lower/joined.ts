/** The steps that join the launch that makes a map: its statistics, or the mask and the sums of a gradient. */
import { rowSides } from "../../../core/shape.ts";
import { activationKind } from "../../../formulas/activations/registry.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import type { Call, RecordValues } from "../kernelCalls.ts";
import { numberChunks } from "./chunks.ts";
import { type Lowering, stored } from "./lowering.ts";

/** Channels whose parts one chunk merges. */
const MERGED_CHANNELS = 32;

interface Statistics {
  /** The address where the chunks write their parts, 0 where no statistics are wanted. */
  readonly statisticsParts: number;
  readonly calls: readonly Call[];
}

/** @param numParts chunks of the call that makes the map, each of which writes one part. */
export function joinedStatistics(
  joined: readonly Step[],
  numParts: number,
  { address, shape, shared }: Lowering,
): Statistics {
  const [step] = joined;
  if (step?.op !== "batchStatistics") return { statisticsParts: 0, calls: [] };
  const [, count] = rowSides(shape(step.inputs.x));
  const parts = shared(numParts * (3 * count + 4));
  const { numbers: channels, chunks } = numberChunks(count, MERGED_CHANNELS);
  const [mean, variance] = [address(step.outputs.mean), address(step.outputs.variance)];
  const call = { parts, numParts, channels, mean, variance };
  return {
    statisticsParts: parts,
    calls: [{ kernel: "mergeStatistics", chunks, arguments: call }],
  };
}

export interface GradientEpilogue {
  readonly epilogue: RecordValues<"gradientEpilogue">;
  /** The address where the gradient ends up: the masked one where there is a mask. */
  readonly target: number;
  readonly calls: readonly Call[];
}

const NO_SUMS: RecordValues<"gradientSums"> = { x: 0, mean: 0, parts: 0 };
export const NO_EPILOGUE: RecordValues<"gradientEpilogue"> = {
  activated: stored(0),
  activation: "none",
  sums: NO_SUMS,
};

/** The epilogue of a gradient that no step joins. */
export function noEpilogue(target: number): GradientEpilogue {
  return { epilogue: NO_EPILOGUE, target, calls: [] };
}

/**
 * @param dx the gradient as its own step would store it.
 * @param numParts chunks of the call that makes the gradient, each of which writes one part of the sums.
 */
export function joinedEpilogue(
  joined: readonly Step[],
  dx: BufferId,
  numParts: number,
  lowering: Lowering,
): GradientEpilogue {
  const masking = joined.find((step) => step.op === "activationGradient");
  const activated = masking === undefined ? stored(0) : lowering.operand(masking.inputs.y);
  const target = lowering.result(masking?.outputs.dx ?? dx);
  const { sums, calls } = gradientSums(joined, numParts, lowering);
  return { epilogue: { activated, activation: maskActivation(masking), sums }, target, calls };
}

/** The activation whose derivative masks a gradient. */
export function maskActivation(
  masking: StepOf<"activationGradient"> | undefined,
): GradientEpilogue["epilogue"]["activation"] {
  return masking === undefined ? "none" : activationKind(masking.attributes.activation);
}

function gradientSums(
  joined: readonly Step[],
  numParts: number,
  { address, shape, shared }: Lowering,
): { readonly sums: RecordValues<"gradientSums">; readonly calls: readonly Call[] } {
  const step = joined.find((one) => one.op === "normalizationSums");
  if (step === undefined) return { sums: NO_SUMS, calls: [] };
  const { inputs, outputs, attributes } = step;
  const [, count] = rowSides(shape(inputs.x));
  const parts = shared(numParts * 2 * count);
  const { numbers: channels, chunks } = numberChunks(count, MERGED_CHANNELS);
  const variance = address(inputs.variance);
  const [sumDy, sumDyXhat] = [address(outputs.sumDy), address(outputs.sumDyXhat)];
  const { epsilon } = attributes;
  const call = { parts, numParts, channels, variance, epsilon, sumDy, sumDyXhat };
  return {
    sums: { x: address(inputs.x), mean: address(inputs.mean), parts },
    calls: [{ kernel: "mergeNormalizationSums", chunks, arguments: call }],
  };
}
