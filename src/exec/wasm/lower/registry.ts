/** Every operation with its lowering; the compiler asks for a line here where the vocabulary gets a new one. */
import type { OpName } from "../../../plan/operations.ts";
import type { StepOf } from "../../../plan/step.ts";
import { activation, activationGradient, add, dropout, dropoutGradient } from "./elementwise.ts";
import {
  accumulateMetrics,
  clippedCrossEntropy,
  clippedCrossEntropyGradient,
  softmax,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  softmaxGradient,
} from "./loss.ts";
import type { Call, Lower, Lowering } from "./lowering.ts";
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  dense,
  denseInputGradient,
  denseKernelGradient,
} from "./matrix.ts";
import {
  batchStatistics,
  biasGradient,
  movingAverage,
  normalizationGradient,
  normalizationSums,
  normalize,
} from "./normalization.ts";
import { adadelta, adam, adamw, clipFactor, rmsprop, sgd } from "./optimizers.ts";
import {
  averagePool,
  averagePoolGradient,
  depthwiseConv2d,
  depthwiseConv2dFilterGradient,
  depthwiseConv2dInputGradient,
  globalAveragePool,
  globalAveragePoolGradient,
  maxPool,
  maxPoolGradient,
  zeroPad2d,
  zeroPad2dGradient,
} from "./windows.ts";

const LOWERINGS: { readonly [K in OpName]: Lower<K> } = {
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

export function lowerStep<K extends OpName>(step: StepOf<K>, lowering: Lowering): readonly Call[] {
  const lower: Lower<K> = LOWERINGS[step.op];
  return lower(step, lowering);
}
