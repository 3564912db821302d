/** Every operation with its kernels; the compiler asks for a line here where the vocabulary gets a new one. */
import type { BufferId } from "../../plan/buffers.ts";
import type { OpName } from "../../plan/operations.ts";
import { type Step, type StepOf, writesOf } from "../../plan/step.ts";
import { activation, activationGradient } from "./kernels/activation.ts";
import { add } from "./kernels/add.ts";
import { averagePool, averagePoolGradient } from "./kernels/averagePool.ts";
import {
  batchStatistics,
  inlineNormalizationGradient,
  inlineNormalize,
  normalizationGradient,
  normalizationSums,
  normalize,
} from "./kernels/batchNormalization.ts";
import { clipFactor } from "./kernels/clipFactor.ts";
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from "./kernels/conv2d.ts";
import {
  accumulateMetrics,
  clippedCrossEntropy,
  clippedCrossEntropyGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from "./kernels/crossEntropy.ts";
import { dense, denseInputGradient, denseKernelGradient } from "./kernels/dense.ts";
import {
  depthwiseConv2d,
  depthwiseConv2dFilterGradient,
  depthwiseConv2dInputGradient,
} from "./kernels/depthwiseConv2d.ts";
import { dropout, dropoutGradient } from "./kernels/dropout.ts";
import { globalAveragePool, globalAveragePoolGradient } from "./kernels/globalAveragePool.ts";
import { maxPool, maxPoolGradient } from "./kernels/maxPool.ts";
import { adadelta, adam, adamw, movingAverage, rmsprop, sgd } from "./kernels/optimizers.ts";
import { softmax, softmaxGradient } from "./kernels/softmax.ts";
import { biasGradient } from "./kernels/sums.ts";
import { zeroPad2d, zeroPad2dGradient } from "./kernels/zeroPad2d.ts";
import type { Lowering, LowerMasked, Mask } from "./lowering.ts";
import type { Dispatch, Operand } from "./shader.ts";

/** Those that a mask can join lay it on what they write; the others are never given one. */
const LOWERINGS: { readonly [K in OpName]: LowerMasked<K> } = {
  conv2d,
  conv2dInputGradient,
  conv2dFilterGradient,
  depthwiseConv2d,
  depthwiseConv2dInputGradient,
  depthwiseConv2dFilterGradient,
  biasGradient,
  batchStatistics,
  normalize,
  normalizationSums,
  normalizationGradient,
  movingAverage,
  activation,
  activationGradient,
  softmax,
  softmaxGradient,
  maxPool,
  maxPoolGradient,
  averagePool,
  averagePoolGradient,
  globalAveragePool,
  globalAveragePoolGradient,
  add,
  zeroPad2d,
  zeroPad2dGradient,
  dense,
  denseInputGradient,
  denseKernelGradient,
  dropout,
  dropoutGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  clippedCrossEntropy,
  clippedCrossEntropyGradient,
  accumulateMetrics,
  clipFactor,
  adam,
  adamw,
  sgd,
  rmsprop,
  adadelta,
};

/** As `JOINS` in `plan/marks.ts` lets `activationGradient` join. */
const MASKABLE: ReadonlySet<OpName> = new Set<OpName>([
  "conv2dInputGradient",
  "depthwiseConv2dInputGradient",
  "add",
]);

/** A step with those that join it: a mask goes into the kernel before it, everything else follows by itself. */
export function lowerLaunch(launch: readonly Step[], lowering: Lowering): readonly Dispatch[] {
  return launch.flatMap((step, index) => {
    if (isMask(step, launch[index - 1])) return [];
    const next = launch[index + 1];
    return lowerStep(step, lowering, isMask(next, step) ? maskOf(next, lowering) : undefined);
  });
}

/** What stands for the output of an inline step, and the dispatches before its readers. */
export function lowerInline(step: Step, lowering: Lowering) {
  switch (step.op) {
    case "normalize":
      return inlineNormalize(step, lowering);
    case "normalizationGradient":
      return inlineNormalizationGradient(step, lowering);
    case "activation":
      return { operand: inlineRelu(lowering.operand(step.inputs.x)), dispatches: [] };
    default:
      throw new RangeError(`${step.op} cannot be inline`);
  }
}

function lowerStep<K extends OpName>(step: StepOf<K>, lowering: Lowering, mask: Mask | undefined) {
  const lower: LowerMasked<K> = LOWERINGS[step.op];
  return lower(step, lowering, mask);
}

function inlineRelu(x: Operand): Operand {
  if (x.kind === "stored") return { ...x, kind: "relu" };
  if (x.kind === "normalized") return { ...x, kind: "normalizedRelu" };
  throw new RangeError(`ReLU of what is ${x.kind} cannot be inline`);
}

function isMask(
  step: Step | undefined,
  before: Step | undefined,
): step is StepOf<"activationGradient"> {
  return (
    step?.op === "activationGradient" &&
    step.joins === true &&
    before !== undefined &&
    MASKABLE.has(before.op) &&
    writesOf(before).includes(dyOf(step))
  );
}

function dyOf({ inputs }: StepOf<"activationGradient">): BufferId {
  return inputs.dy;
}

function maskOf({ inputs, outputs }: StepOf<"activationGradient">, lowering: Lowering): Mask {
  return { y: lowering.operand(inputs.y), dx: lowering.tensor(outputs.dx) };
}
