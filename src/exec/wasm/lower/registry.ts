/** The lowering of every operation; the compiler asks for a line here when the plan gets a new one. */
import type { OpName } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import { forEachOptimizer } from "../../../settings/optimizers.ts";
import type { Call } from "../kernelCalls.ts";
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from "./conv2d.ts";
import { dense, denseInputGradient, denseKernelGradient } from "./dense.ts";
import {
  depthwiseConv2d,
  depthwiseConv2dFilterGradient,
  depthwiseConv2dInputGradient,
} from "./depthwise.ts";
import {
  activation,
  activationGradient,
  activationGradientFromInput,
  add,
  dropout,
  dropoutGradient,
} from "./elementwise.ts";
import {
  type InlineOperand,
  inlineActivation,
  inlineNormalizationGradient,
  inlineNormalize,
} from "./inline.ts";
import {
  accumulateMetrics,
  clippedCrossEntropy,
  clippedCrossEntropyGradient,
  softmax,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  softmaxGradient,
} from "./loss.ts";
import type { Lower, Lowering, LowerLaunch } from "./lowering.ts";
import {
  batchStatistics,
  biasGradient,
  movingAverage,
  normalizationGradient,
  normalizationSums,
  normalize,
} from "./normalization.ts";
import { clipFactor, optimizers } from "./optimizers.ts";
import {
  averagePool,
  averagePoolGradient,
  globalAveragePool,
  globalAveragePoolGradient,
  maxPool,
  maxPoolGradient,
} from "./pooling.ts";
import { prelu, preluAlphaTerms, preluInputGradient } from "./prelu.ts";
import { zeroPad2d, zeroPad2dGradient } from "./zeroPad2d.ts";

/** A step that others can join is lowered with them; every other one by itself. */
const LOWERINGS: { readonly [K in OpName]: LowerLaunch<K> } = {
  conv2d,
  conv2dInputGradient,
  conv2dFilterGradient,
  depthwiseConv2d,
  depthwiseConv2dInputGradient,
  depthwiseConv2dFilterGradient,
  biasGradient: alone(biasGradient),
  batchStatistics: alone(batchStatistics),
  normalize: alone(normalize),
  normalizationSums: alone(normalizationSums),
  normalizationGradient: alone(normalizationGradient),
  movingAverage: alone(movingAverage),
  activation: alone(activation),
  activationGradient,
  activationGradientFromInput: alone(activationGradientFromInput),
  prelu: alone(prelu),
  preluInputGradient: alone(preluInputGradient),
  preluAlphaTerms: alone(preluAlphaTerms),
  softmax: alone(softmax),
  softmaxGradient: alone(softmaxGradient),
  maxPool: alone(maxPool),
  maxPoolGradient,
  averagePool: alone(averagePool),
  averagePoolGradient: alone(averagePoolGradient),
  globalAveragePool: alone(globalAveragePool),
  globalAveragePoolGradient: alone(globalAveragePoolGradient),
  add,
  zeroPad2d: alone(zeroPad2d),
  zeroPad2dGradient: alone(zeroPad2dGradient),
  dense: alone(dense),
  denseInputGradient: alone(denseInputGradient),
  denseKernelGradient: alone(denseKernelGradient),
  dropout: alone(dropout),
  dropoutGradient: alone(dropoutGradient),
  softmaxCrossEntropy: alone(softmaxCrossEntropy),
  softmaxCrossEntropyGradient: alone(softmaxCrossEntropyGradient),
  clippedCrossEntropy: alone(clippedCrossEntropy),
  clippedCrossEntropyGradient: alone(clippedCrossEntropyGradient),
  accumulateMetrics: alone(accumulateMetrics),
  clipFactor: alone(clipFactor),
  ...forEachOptimizer((kind) => alone(optimizers[kind])),
};

/**
 * Returns the operand that stands for the output of an inline step, and the calls that must run before its readers.
 */
export function lowerInline(step: Step, lowering: Lowering): InlineOperand {
  switch (step.op) {
    case "normalize":
      return inlineNormalize(step, lowering);
    case "activation":
      return inlineActivation(step, lowering);
    case "normalizationGradient":
      return inlineNormalizationGradient(step, lowering);
    default:
      throw new RangeError(`${step.op} cannot be inline`);
  }
}

/** Lowers a step with those that join it. */
export function lowerLaunch<K extends OpName>(
  [step, ...joined]: readonly [StepOf<K>, ...Step[]],
  lowering: Lowering,
): readonly Call[] {
  const lower: LowerLaunch<K> = LOWERINGS[step.op];
  return lower(step, joined, lowering);
}

function alone<K extends OpName>(lower: Lower<K>): LowerLaunch<K> {
  return (step, joined, lowering) => {
    if (joined.length > 0) throw new RangeError(`no step can join ${step.op}`);
    return lower(step, lowering);
  };
}
