/** A launch of the plan as dispatches: what of it shares a kernel, and what follows by itself. */
import type { BufferId } from "../../plan/buffers.ts";
import type { OpName } from "../../plan/operations.ts";
import { type Step, type StepOf, writesOf } from "../../plan/step.ts";
import { canSlideOver } from "./kernels/depthwiseConv2d.ts";
import { depthwiseConv2dGradients } from "./kernels/depthwiseConv2dGradients.ts";
import { sumsTakenAlong } from "./kernels/normalizationSums.ts";
import type { Coefficients, Joined, Lowering } from "./lowering.ts";
import { lowerStep } from "./registry.ts";
import type { Dispatch } from "./shader.ts";

/** Whose kernels lay a mask on what they write, as `JOINS` in `plan/marks.ts` lets `activationGradient` join. */
const MASKING: ReadonlySet<OpName> = new Set<OpName>([
  "conv2dInputGradient",
  "depthwiseConv2dInputGradient",
  "add",
]);
/** Whose kernels take the sums of a normalisation along. A product's threads hold too few rows. */
const SUMMING: ReadonlySet<OpName> = new Set<OpName>([
  "activationGradient",
  "maxPoolGradient",
  "add",
]);

/**
 * A step with those that join it. Masks and sums go into the kernel that makes what they are of, where it takes them; both
 * gradients of a depthwise convolution are one kernel; everything else follows by itself.
 *
 * @param coefficients of the inline step behind, where `finishes` says so.
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
      ...depthwiseConv2dGradients(step, next, lowering, joined),
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

/** @returns what of the `rest` of its launch joins a step's kernels, the dispatch behind them, and what is left. */
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

/** Whether the last dispatch of a launch can make the coefficients of the inline step behind it. */
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

function maskOf({ inputs, outputs }: StepOf<"activationGradient">, lowering: Lowering) {
  return { y: lowering.operand(inputs.y), dx: lowering.tensor(outputs.dx) };
}
