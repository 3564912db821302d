/** Every operation with its kernel; the compiler asks for a line here where the vocabulary gets a new one. */
import type { BufferId } from "../../plan/buffers.ts";
import type { OpName } from "../../plan/operations.ts";
import { operandsOf, type StepOf } from "../../plan/step.ts";
import {
  activationForward,
  activationGradient,
  activationGradientFromInput,
} from "./activation.ts";
import { addForward } from "./add.ts";
import { averagePoolForward, averagePoolGradient } from "./averagePool.ts";
import {
  batchStatistics,
  movingAverage,
  normalizationGradient,
  normalizationSums,
  normalize,
} from "./batchNormalization.ts";
import { biasGradient } from "./bias.ts";
import { clipFactor } from "./clipFactor.ts";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "./conv2d.ts";
import {
  accumulateMetrics,
  clippedCrossEntropyForward,
  clippedCrossEntropyGradient,
  softmaxCrossEntropyForward,
  softmaxCrossEntropyGradient,
} from "./crossEntropy.ts";
import { denseForward, denseInputGradient, denseKernelGradient } from "./dense.ts";
import {
  depthwiseConv2dFilterGradient,
  depthwiseConv2dForward,
  depthwiseConv2dInputGradient,
} from "./depthwiseConv2d.ts";
import { dropoutForward, dropoutGradient } from "./dropout.ts";
import { globalAveragePoolForward, globalAveragePoolGradient } from "./globalAveragePool.ts";
import type { Kernel, Memory, ShapesOf, ValuesOf } from "./kernel.ts";
import { maxPoolForward, maxPoolGradient } from "./maxPool.ts";
import { optimizerKernels } from "./optimizers.ts";
import { preluAlphaTerms, preluForward, preluInputGradient } from "./prelu.ts";
import { softmaxForward, softmaxGradient } from "./softmax.ts";
import { zeroPad2dForward, zeroPad2dGradient } from "./zeroPad2d.ts";

const KERNELS: { readonly [K in OpName]: Kernel<K> } = {
  conv2d: conv2dForward,
  conv2dInputGradient,
  conv2dFilterGradient,
  depthwiseConv2d: depthwiseConv2dForward,
  depthwiseConv2dInputGradient,
  depthwiseConv2dFilterGradient,
  biasGradient,
  batchStatistics,
  normalize,
  normalizationSums,
  normalizationGradient,
  movingAverage,
  activation: activationForward,
  activationGradient,
  activationGradientFromInput,
  prelu: preluForward,
  preluInputGradient,
  preluAlphaTerms,
  softmax: softmaxForward,
  softmaxGradient,
  maxPool: maxPoolForward,
  maxPoolGradient,
  averagePool: averagePoolForward,
  averagePoolGradient,
  globalAveragePool: globalAveragePoolForward,
  globalAveragePoolGradient,
  add: addForward,
  zeroPad2d: zeroPad2dForward,
  zeroPad2dGradient,
  dense: denseForward,
  denseInputGradient,
  denseKernelGradient,
  dropout: dropoutForward,
  dropoutGradient,
  softmaxCrossEntropy: softmaxCrossEntropyForward,
  softmaxCrossEntropyGradient,
  clippedCrossEntropy: clippedCrossEntropyForward,
  clippedCrossEntropyGradient,
  accumulateMetrics,
  clipFactor,
  ...optimizerKernels,
};

export function runStep<K extends OpName>(step: StepOf<K>, memory: Memory): void {
  const kernel: Kernel<K> = KERNELS[step.op];
  const operands = <T>(each: (id: BufferId) => T) =>
    Object.fromEntries(
      operandsOf(step).map(({ name, ids, isList }) => {
        const all = ids.map(each);
        return [name, isList ? all : all[0]];
      }),
    );
  // The step has the operands of its operation, which these types name.
  const values = operands((id) => memory.values(id)) as ValuesOf<K>;
  const shapes = operands((id) => memory.shape(id)) as ShapesOf<K>;
  kernel(values, step.attributes, shapes);
}
