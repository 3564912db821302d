/** Prints formulas as WGSL. */
import {
  activationFormula,
  activationParameters,
  type ElementwiseActivation,
} from "../../formulas/activations/registry.ts";
import {
  type Expression,
  type Interpretation,
  mul,
  printed,
  replaceParts,
} from "../../formulas/expression.ts";
import type { Width } from "./dispatch.ts";
import { call } from "./functions.ts";
import { typeName } from "./halfPrecision.ts";

export interface FormulaCode {
  /** WGSL that declares variables for what the value uses more than once. */
  readonly lines: string;
  readonly value: string;
}

/**
 * @param name returns the WGSL for a name in the expression.
 * @param width the number of neighbouring elements in a variable; `scalar` for a value that is the same for all elements.
 * @param prefix of the variables that are declared.
 */
export function formulaCode(
  expression: Expression,
  name: (name: string) => string,
  width: Width | "scalar",
  prefix = "t",
): FormulaCode {
  const literal = (text: string) =>
    width === "scalar" ? text : `${typeName("f32", width)}(${text})`;
  const { lines, value } = printed(
    expression,
    (leaf) => (typeof leaf === "string" ? name(leaf) : literal(numberCode(leaf))),
    language(width === "scalar" ? 1 : width, literal("0.0")),
    (variable, text) => `let ${variable} = ${text};`,
    prefix,
  );
  return { lines: lines.join("\n"), value };
}

/** The formula of an activation with the numbers of its parameters. */
export function activationExpressions(activation: ElementwiseActivation) {
  const { value, slope } = activationFormula(activation);
  const numbers = new Map<Expression, number>(Object.entries(activationParameters(activation)));
  const withNumbers = (whole: Expression) => replaceParts(whole, (part) => numbers.get(part));
  return { value: withNumbers(value), slope: withNumbers(slope) };
}

/**
 * `factor * slope`. Where the slope chooses 0 or 1, the product chooses 0 or the factor, so that an infinite factor does not
 * become NaN.
 */
export function timesSlope(factor: string, slope: Expression): Expression {
  if (slope === 0) return 0;
  if (slope === 1) return factor;
  if (typeof slope !== "object" || slope.op !== "select") return mul(factor, slope);
  const [a = 0, b = 0, ...choices] = slope.of;
  return { op: "select", of: [a, b, ...choices.map((choice) => timesSlope(factor, choice))] };
}

function numberCode(value: number): string {
  const text = String(Math.fround(value));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** @param zero the WGSL of the number 0. */
function language(width: Width, zero: string): Interpretation<string> {
  return {
    add: (a, b) => `(${a} + ${b})`,
    sub: (a, b) => `(${a} - ${b})`,
    mul: (a, b) => `(${a} * ${b})`,
    div: (a, b) => `(${a} / ${b})`,
    max: (a, b) =>
      b === zero ? call("positive_part", a, width) : `select(${a}, ${b}, ${a} < ${b})`,
    min: (a, b) => `select(${a}, ${b}, ${b} < ${a})`,
    negate: (a) => `(-${a})`,
    abs: (a) => `abs(${a})`,
    sign: (a) => `sign(${a})`,
    sqrt: (a) => `sqrt(${a})`,
    exp: (a) => `exp(${a})`,
    expm1: (a) => `(exp(${a}) - ${typeName("f32", width)}(1))`,
    log1p: (a) => call("log_one_plus", a, width),
    tanh: (a) => call("hyperbolic_tangent", a, width),
    select: (a, b, c, d) => `select(${d}, ${c}, ${a} > ${b})`,
    oneMinusPower: (log) => call("one_minus_power", `${log} * count`, width),
  };
}
