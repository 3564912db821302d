/** Every operation with its kernels, which files export under its name. The compiler reports an operation without kernels. */

import type { ElementwiseActivation } from "../../formulas/activations/registry.ts";
import type { OpName } from "../../plan/operations.ts";
import type { Step, StepOf } from "../../plan/step.ts";
import type { Dispatch, Operand } from "./dispatch.ts";
import * as activation from "./kernels/activation.ts";
import * as add from "./kernels/add.ts";
import * as averagePool from "./kernels/averagePool.ts";
import * as batchStatistics from "./kernels/batchStatistics.ts";
import { coefficientsDispatch } from "./kernels/channelSums.ts";
import * as clipFactor from "./kernels/clipFactor.ts";
import * as conv2d from "./kernels/conv2d.ts";
import * as crossEntropy from "./kernels/crossEntropy.ts";
import * as dense from "./kernels/dense.ts";
import * as depthwiseConv2d from "./kernels/depthwiseConv2d.ts";
import * as dropout from "./kernels/dropout.ts";
import * as globalAveragePool from "./kernels/globalAveragePool.ts";
import * as layerNormalization from "./kernels/layerNormalization.ts";
import * as maxPool from "./kernels/maxPool.ts";
import * as multiply from "./kernels/multiply.ts";
import {
  inlineNormalizationGradient,
  normalizationGradient,
} from "./kernels/normalizationGradient.ts";
import * as normalizationSums from "./kernels/normalizationSums.ts";
import { type InlineStep, inlineNormalize, normalize } from "./kernels/normalize.ts";
import { movingAverage, optimizers } from "./kernels/optimizers.ts";
import * as softmax from "./kernels/softmax.ts";
import * as sums from "./kernels/sums.ts";
import * as swapAxes from "./kernels/swapAxes.ts";
import * as upSample2d from "./kernels/upSample2d.ts";
import * as zeroPad2d from "./kernels/zeroPad2d.ts";
import type { Joined, Lowering, LowerJoined } from "./lowering.ts";

const LOWERINGS: { readonly [K in OpName]: LowerJoined<K> } = {
  ...activation,
  ...add,
  ...averagePool,
  ...batchStatistics,
  ...clipFactor,
  ...conv2d,
  ...crossEntropy,
  ...dense,
  ...depthwiseConv2d,
  ...dropout,
  ...globalAveragePool,
  ...layerNormalization,
  ...maxPool,
  ...multiply,
  ...normalizationSums,
  ...softmax,
  ...sums,
  ...swapAxes,
  ...upSample2d,
  ...zeroPad2d,
  normalize,
  normalizationGradient,
  movingAverage,
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
