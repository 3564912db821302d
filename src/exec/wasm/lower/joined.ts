/** What joins the step that makes a map: its statistics, or the mask and the sums of a gradient. */
import { rowSides } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { Step } from "../../../plan/step.ts";
import { type Call, chunksOf, f32, type Lowering, type OperandArguments } from "./lowering.ts";

/** Channels that a chunk merges. */
const MERGED_CHANNELS = 32;

export interface Statistics {
  /** Where the chunks leave their parts; 0 where none are wanted. */
  readonly parts: number;
  readonly calls: readonly Call[];
}

/** @param chunks of the call that makes the map: one part each. */
export function joinedStatistics(
  joined: readonly Step[],
  chunks: number,
  { address, shape, shared }: Lowering,
): Statistics {
  const [step] = joined;
  if (step?.op !== "batchStatistics") return { parts: 0, calls: [] };
  const [, channels] = rowSides(shape(step.inputs.x));
  const parts = shared(chunks * (3 * channels + 4));
  const results = [address(step.outputs.mean), address(step.outputs.variance)];
  const args = [parts, chunks, channels, ...results, MERGED_CHANNELS];
  const merged = chunksOf(channels, MERGED_CHANNELS);
  return { parts, calls: [{ kernel: "mergeStatistics", chunks: merged, args }] };
}

export interface GradientEpilogue {
  /** Seven arguments, as `kernels/shared/gradientEpilogue.ts` reads them. */
  readonly args: readonly number[];
  /** The address where the gradient ends up: the masked one where there is a mask. */
  readonly target: number;
  readonly calls: readonly Call[];
}

/** Of a gradient that nothing joins. */
export function noEpilogue(target: number): GradientEpilogue {
  return { args: [0, 0, 0, 0, 0, 0, 0], target, calls: [] };
}

const NO_MASK: OperandArguments = [0, 0, 0, 0];

/**
 * @param dx of the step that makes the gradient.
 * @param chunks of the call that makes it: one part of the sums each.
 */
export function joinedEpilogue(
  joined: readonly Step[],
  dx: BufferId,
  chunks: number,
  lowering: Lowering,
): GradientEpilogue {
  const masking = joined.find((step) => step.op === "activationGradient");
  const mask = masking === undefined ? NO_MASK : lowering.operand(masking.inputs.y);
  const stored = masking?.outputs.dx ?? dx;
  const { args, calls } = gradientSums(joined, chunks, lowering);
  return { args: [...mask, ...args], target: lowering.result(stored), calls };
}

function gradientSums(
  joined: readonly Step[],
  chunks: number,
  { address, shape, shared }: Lowering,
): { readonly args: readonly number[]; readonly calls: readonly Call[] } {
  const sums = joined.find((step) => step.op === "normalizationSums");
  if (sums === undefined) return { args: [0, 0, 0], calls: [] };
  const { inputs, outputs, attributes } = sums;
  const [, channels] = rowSides(shape(inputs.x));
  const parts = shared(chunks * 2 * channels);
  const given = [address(inputs.variance), f32(attributes.epsilon)];
  const results = [address(outputs.sumDy), address(outputs.sumDyXhat)];
  const args = [parts, chunks, channels, ...given, ...results, MERGED_CHANNELS];
  const merged = chunksOf(channels, MERGED_CHANNELS);
  return {
    args: [address(inputs.x), address(inputs.mean), parts],
    calls: [{ kernel: "mergeNormalizationSums", chunks: merged, args }],
  };
}
