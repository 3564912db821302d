/** The shapes of every operation. The compiler requires an entry here for each operation in `operations.ts`. */
import type { OpName } from "./operations.ts";
import { activation, activationGradient, activationGradientFromInput } from "./ops/activation.ts";
import { add } from "./ops/add.ts";
import { averagePool, averagePoolGradient } from "./ops/averagePool.ts";
import {
  batchStatistics,
  movingAverage,
  normalizationGradient,
  normalizationSums,
  normalize,
} from "./ops/batchNormalization.ts";
import { biasGradient } from "./ops/bias.ts";
import { clipFactor } from "./ops/clipFactor.ts";
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from "./ops/conv2d.ts";
import {
  accumulateMetrics,
  clippedCrossEntropy,
  clippedCrossEntropyGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from "./ops/crossEntropy.ts";
import { dense, denseInputGradient, denseKernelGradient } from "./ops/dense.ts";
import {
  depthwiseConv2d,
  depthwiseConv2dFilterGradient,
  depthwiseConv2dInputGradient,
} from "./ops/depthwiseConv2d.ts";
import { dropout, dropoutGradient } from "./ops/dropout.ts";
import { globalAveragePool, globalAveragePoolGradient } from "./ops/globalAveragePool.ts";
import { maxPool, maxPoolGradient } from "./ops/maxPool.ts";
import { optimizerSignatures } from "./ops/optimizer.ts";
import { softmax, softmaxGradient } from "./ops/softmax.ts";
import { zeroPad2d, zeroPad2dGradient } from "./ops/zeroPad2d.ts";
import type { Signature } from "./signature.ts";

export const SIGNATURES: { readonly [K in OpName]: Signature<K> } = {
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
  ...optimizerSignatures,
};
