/** Prints formulas as WGSL. */
import { type Expression, type Interpretation, printed } from "../../formulas/expression.ts";
import type { Width } from "./dispatch.ts";
import { rectified } from "./notFinite.ts";

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
  const literal = (text: string) => (width === "scalar" ? text : `V(${text})`);
  const { lines, value } = printed(
    expression,
    (leaf) => (typeof leaf === "string" ? name(leaf) : literal(numberCode(leaf))),
    language(width === "scalar" ? 1 : width),
    (variable, text) => `let ${variable} = ${text};`,
    prefix,
  );
  return { lines: lines.join("\n"), value };
}

function numberCode(value: number): string {
  const rounded = Math.fround(value);
  return Number.isInteger(rounded) ? `${rounded}.0` : String(rounded);
}

function language(width: Width): Interpretation<string> {
  return {
    add: (a, b) => `(${a} + ${b})`,
    sub: (a, b) => `(${a} - ${b})`,
    mul: (a, b) => `(${a} * ${b})`,
    div: (a, b) => `(${a} / ${b})`,
    max: (a, b) => (b === "V(0.0)" ? rectified(a, width) : `select(${a}, ${b}, ${a} < ${b})`),
    min: (a, b) => `select(${a}, ${b}, ${b} < ${a})`,
    negate: (a) => `(-${a})`,
    abs: (a) => `abs(${a})`,
    sign: (a) => `sign(${a})`,
    sqrt: (a) => `sqrt(${a})`,
    exp: (a) => `exp(${a})`,
    expm1: (a) => `(exp(${a}) - V(1))`,
    log1p: (a) => `log_one_plus(${a})`,
    tanh: (a) => `hyperbolic_tangent(${a})`,
    select: (a, b, c, d) => `select(${d}, ${c}, ${a} > ${b})`,
    oneMinusPower: (log) => `one_minus_power(${log} * count)`,
  };
}

/** Returns the functions that the code calls. `V` is the type of its variables. */
export function formulaFunctions(code: string): string {
  return [
    { name: "one_minus_power", text: ONE_MINUS_POWER },
    { name: "log_one_plus", text: LOG_ONE_PLUS },
    { name: "hyperbolic_tangent", text: HYPERBOLIC_TANGENT },
  ]
    .filter(({ name }) => code.includes(name))
    .map(({ text }) => text)
    .join("\n");
}

/**
 * `1 - base ^ t` from `t * log(base)`. Near 0 it uses the series, because the difference would lose digits. The lowering
 * computes the logarithm in float64, because a power in float32 would be too inaccurate in the first steps.
 */
const ONE_MINUS_POWER = `fn one_minus_power(log: f32) -> f32 {
  if (log < -0.1) { return 1.0 - exp(log); }
  return -log * (1.0 + log / 2.0 * (1.0 + log / 3.0 * (1.0 + log / 4.0 * (1.0 + log / 5.0))));
}`;

/** `log(1 + x)`. Near 0 it uses the series, because adding 1 would lose digits of `x`. */
const LOG_ONE_PLUS = `fn log_one_plus(x: V) -> V {
  let series = x * (V(1) - x * (V(1.0 / 2.0) - x * (V(1.0 / 3.0) - x * V(1.0 / 4.0))));
  return select(log(V(1) + x), series, abs(x) < V(0.02));
}`;

/**
 * WGSL's own tanh overflows for large numbers on some devices and is inaccurate near 0, where this function uses the series.
 */
const HYPERBOLIC_TANGENT = `fn hyperbolic_tangent(x: V) -> V {
  let square = x * x;
  let series = x * (V(1) - square * (V(1.0 / 3.0) - square * (V(2.0 / 15.0) - square * V(17.0 / 315.0))));
  let power = exp(V(-2) * abs(x));
  return select(sign(x) * (V(1) - power) / (V(1) + power), series, abs(x) < V(0.2));
}`;
