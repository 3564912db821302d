/** Every operation with its kernels; the compiler asks for a line here where the vocabulary gets a new one. */
import type { ElementwiseActivation } from "../../formulas/activations/registry.ts";
import type { OpName } from "../../plan/operations.ts";
import type { Step, StepOf } from "../../plan/step.ts";
import type { Dispatch, Operand } from "./dispatch.ts";
import {
  activation,
  activationGradient,
  activationGradientFromInput,
  prelu,
  preluAlphaTerms,
  preluInputGradient,
} from "./kernels/activation.ts";
import { add } from "./kernels/add.ts";
import { averagePool, averagePoolGradient } from "./kernels/averagePool.ts";
import { batchStatistics } from "./kernels/batchStatistics.ts";
import { coefficientsDispatch } from "./kernels/channelSums.ts";
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
import {
  inlineNormalizationGradient,
  normalizationGradient,
} from "./kernels/normalizationGradient.ts";
import { normalizationSums } from "./kernels/normalizationSums.ts";
import { type InlineStep, inlineNormalize, normalize } from "./kernels/normalize.ts";
import { movingAverage, optimizers } from "./kernels/optimizers.ts";
import { softmax, softmaxGradient } from "./kernels/softmax.ts";
import { biasGradient } from "./kernels/sums.ts";
import { zeroPad2d, zeroPad2dGradient } from "./kernels/zeroPad2d.ts";
import type { Joined, Lowering, LowerJoined } from "./lowering.ts";

const LOWERINGS: { readonly [K in OpName]: LowerJoined<K> } = {
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
  activationGradientFromInput,
  prelu,
  preluInputGradient,
  preluAlphaTerms,
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
  ...optimizers,
};

/** What stands for the output of an inline step, and what makes its coefficients. */
export function lowerInline(step: Step, lowering: Lowering): InlineStep {
  switch (step.op) {
    case "normalize":
      return inlineNormalize(step, lowering);
    case "normalizationGradient":
      return inlineNormalizationGradient(step, lowering);
    case "activation":
      return { operand: activated(lowering.operand(step.inputs.x), step.attributes.activation) };
    default:
      throw new RangeError(`${step.op} cannot be inline`);
  }
}

/** Of an inline step that no launch before it finishes. */
export function lowerCoefficients({ coefficients }: InlineStep): readonly Dispatch[] {
  return coefficients === undefined ? [] : [coefficientsDispatch(coefficients)];
}

export function lowerStep<K extends OpName>(
  step: StepOf<K>,
  lowering: Lowering,
  joined: Joined,
): readonly Dispatch[] {
  const lower: LowerJoined<K> = LOWERINGS[step.op];
  return [lower(step, lowering, joined)].flat();
}

function activated(x: Operand, activation: ElementwiseActivation): Operand {
  if (x.kind === "normalizationGradient" || x.activation !== undefined)
    throw new RangeError("an operand can have one inline activation, and a gradient none");
  return { ...x, activation };
}
