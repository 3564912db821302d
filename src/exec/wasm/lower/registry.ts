/** The lowering of every operation; the compiler asks for one here when the plan gets a new operation. */
import { JOINS } from "../../../plan/marks.ts";
import type { OpName } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import type { Call } from "../kernelCalls.ts";
import * as conv2d from "./conv2d.ts";
import * as dense from "./dense.ts";
import * as depthwise from "./depthwise.ts";
import * as elementwise from "./elementwise.ts";
import {
  type InlineOperand,
  inlineActivation,
  inlineNormalizationGradient,
  inlineNormalize,
} from "./inline.ts";
import * as layerNormalization from "./layerNormalization.ts";
import * as loss from "./loss.ts";
import type { Lower, Lowering } from "./lowering.ts";
import * as normalization from "./normalization.ts";
import { clipFactor, optimizers } from "./optimizers.ts";
import * as pooling from "./pooling.ts";
import * as prelu from "./prelu.ts";
import * as swapAxes from "./swapAxes.ts";
import * as upSample2d from "./upSample2d.ts";
import * as zeroPad2d from "./zeroPad2d.ts";

/** Each file exports the lowering of an operation under its name. */
const LOWERINGS: { readonly [K in OpName]: Lower<K> } = {
  ...conv2d,
  ...dense,
  ...depthwise,
  ...elementwise,
  ...layerNormalization,
  ...loss,
  ...normalization,
  ...pooling,
  ...prelu,
  ...swapAxes,
  ...upSample2d,
  ...zeroPad2d,
  ...optimizers,
  clipFactor,
};

/** The operations that other steps can join. */
const LEADING = new Set(Object.values(JOINS).flatMap(({ after }) => Object.keys(after)));

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
  if (joined.length > 0 && !LEADING.has(step.op))
    throw new RangeError(`no step can join ${step.op}`);
  const lower: Lower<K> = LOWERINGS[step.op];
  return lower(step, lowering, joined);
}
