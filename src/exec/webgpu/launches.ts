/** Lowers a launch of the plan to dispatches: which steps share a kernel, and which get their own. */
import type { BufferId } from "../../plan/buffers.ts";
import type { OpName } from "../../plan/operations.ts";
import { type Step, type StepOf, writesOf } from "../../plan/step.ts";
import type { Dispatch, Mask } from "./dispatch.ts";
import { canSlideOver } from "./kernels/depthwiseConv2d.ts";
import { depthwiseConv2dGradients } from "./kernels/depthwiseConv2dGradients.ts";
import { sumsTakenAlong } from "./kernels/normalizationSums.ts";
import type { Coefficients, Joined, Lowering } from "./lowering.ts";
import { lowerStep } from "./registry.ts";

/**
 * Operations whose kernels apply a mask to what they write. `JOINS` in `plan/marks.ts` lets `activationGradient` join these.
 */
const MASKING: ReadonlySet<OpName> = new Set<OpName>([
  "conv2dInputGradient",
  "depthwiseConv2dInputGradient",
  "add",
]);
/** Operations whose kernels also compute the sums of a normalisation. A product's threads hold too few rows for that. */
const SUMMING: ReadonlySet<OpName> = new Set<OpName>([
  "activationGradient",
  "maxPoolGradient",
  "add",
]);

/**
 * Lowers a step with the steps that join it. Masks and sums are computed in the kernel of the gradient if it supports them.
 * Both gradients of a depthwise convolution are one kernel. Everything else gets a separate dispatch.
 *
 * @param coefficients of the following inline step, if `finishes` allows them.
 */
export function lowerLaunch(
  launch: readonly Step[],
  lowering: Lowering,
  coefficients?: Coefficients,
): readonly Dispatch[] {
  const [step, ...rest] = launch;
  if (step === undefined) return [];
  const [next, ...others] = rest;
  if (
    step.op === "depthwiseConv2dFilterGradient" &&
    next?.op === "depthwiseConv2dInputGradient" &&
    canSlideOver(lowering.shape(step.inputs.x), lowering.shape(step.inputs.dy), step.attributes)
  ) {
    const { joined, total, left } = joinedTo(next, others, lowering, { coefficients, sums: true });
    return [
      depthwiseConv2dGradients(step, next, lowering, joined),
      ...total,
      ...lowerLaunch(left, lowering, coefficients),
    ];
  }
  const sums = SUMMING.has(step.op);
  const { joined, total, left } = joinedTo(step, rest, lowering, { coefficients, sums });
  return [
    ...lowerStep(step, lowering, joined),
    ...total,
    ...lowerLaunch(left, lowering, coefficients),
  ];
}

interface WhatCanJoin {
  readonly coefficients: Coefficients | undefined;
  readonly sums: boolean;
}

/** @returns which of the `rest` of the launch joins a step's kernels, the dispatch that follows, and the remaining steps. */
function joinedTo(
  step: Step,
  rest: readonly Step[],
  lowering: Lowering,
  can: WhatCanJoin,
): {
  readonly joined: Joined;
  readonly total: readonly Dispatch[];
  readonly left: readonly Step[];
} {
  const [first, ...behind] = rest;
  const masks = first !== undefined && isMask(first, step);
  const mask = masks ? maskOf(first, lowering) : undefined;
  const [next, ...left] = masks ? behind : rest;
  const written = writesOf(masks ? first : step);
  const { coefficients } = can;
  if (!can.sums || next?.op !== "normalizationSums" || !written.includes(next.inputs.dy))
    return { joined: { mask, coefficients }, total: [], left: masks ? behind : rest };
  const { sums, total } = sumsTakenAlong(next, lowering, { coefficients });
  return { joined: { mask, sums }, total: [total], left };
}

/** Tells whether the last dispatch of a launch can compute the coefficients of the following inline step. */
export function finishes(launch: readonly Step[], inline: Step): boolean {
  const last = launch.at(-1);
  if (last?.op === "batchStatistics")
    return inline.op === "normalize" && inline.inputs.mean === last.outputs.mean;
  if (last?.op === "normalizationSums")
    return inline.op === "normalizationGradient" && inline.inputs.sumDy === last.outputs.sumDy;
  return false;
}

function isMask(step: Step, before: Step): step is StepOf<"activationGradient"> {
  return (
    step.op === "activationGradient" &&
    step.joins === true &&
    MASKING.has(before.op) &&
    writesOf(before).includes(dyOf(step))
  );
}

function dyOf({ inputs }: StepOf<"activationGradient">): BufferId {
  return inputs.dy;
}

function maskOf(
  { inputs, outputs, attributes }: StepOf<"activationGradient">,
  lowering: Lowering,
): Mask {
  return { ...attributes, y: lowering.operand(inputs.y), dx: lowering.tensor(outputs.dx) };
}
