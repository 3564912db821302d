/** Evaluates formulas with operations of TensorFlow.js. Parts that depend on no tensor are computed in float64. */
import * as tf from "@tensorflow/tfjs";
import {
  arithmetic,
  type Expression,
  type Interpretation,
  interpret,
  type Operation,
} from "../formulas/expression.ts";

export type TensorOrNumber = tf.Tensor | number;

/**
 * @param names the tensors and numbers to use for the expression's names.
 * @param step counted from 1, for a formula that uses it.
 */
export function evaluateFormula(
  expression: Expression,
  names: Readonly<Record<string, TensorOrNumber>>,
  step = Number.NaN,
): TensorOrNumber {
  const leaf = (leaf: number | string) =>
    typeof leaf === "number" ? leaf : (names[leaf] ?? Number.NaN);
  return interpret<TensorOrNumber>(expression, leaf, languageAt(step));
}

function languageAt(step: number): Interpretation<TensorOrNumber> {
  const numbers = arithmetic(step);
  /** Computes with plain numbers if no operand is a tensor. */
  const either =
    (op: Operation, onTensors: (...operands: readonly tf.Tensor[]) => tf.Tensor) =>
    (...operands: readonly TensorOrNumber[]) => {
      const scalars = operands.flatMap((operand) => (typeof operand === "number" ? operand : []));
      if (scalars.length === operands.length) return numbers[op](...scalars);
      return onTensors(
        ...operands.map((operand) => (typeof operand === "number" ? tf.scalar(operand) : operand)),
      );
    };
  return {
    add: either("add", (a, b) => tf.add(a, b)),
    sub: either("sub", tf.sub),
    mul: either("mul", tf.mul),
    div: either("div", tf.div),
    max: either("max", tf.maximum),
    min: either("min", tf.minimum),
    negate: either("negate", tf.neg),
    abs: either("abs", tf.abs),
    sign: either("sign", tf.sign),
    sqrt: either("sqrt", tf.sqrt),
    exp: either("exp", tf.exp),
    expm1: either("expm1", tf.expm1),
    log1p: either("log1p", tf.log1p),
    tanh: either("tanh", tf.tanh),
    select: either("select", (a, b, c, d) => tf.where(a.greater(b), c, d)),
    oneMinusPower: (base) =>
      typeof base === "number" ? numbers.oneMinusPower(base) : powerOfTensor(),
  };
}

function powerOfTensor(): never {
  throw new RangeError("a formula raises a tensor to the power of the step");
}
