/**
 * Understands arithmetic on single numbers. ONNX has no operator for GELU and many other activations, so programs write them as
 * sums, products and powers, each in its own way. Nodes that compute each number of their result from the number at the same
 * place of one other value are composed to a function, and the function is compared with every activation at some numbers.
 */
import type { ActivationFormula } from "../../formulas/activations/activation.ts";
import { ACTIVATIONS, type ElementwiseKind } from "../../formulas/activations/registry.ts";
import { arithmetic, interpret } from "../../formulas/expression.ts";
import type { Activation } from "../../network/graph.ts";
import { floatOf, integerOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";

export type PointFunction = (x: number) => number;

/** A value as a function of another. */
export interface Derived {
  /** The name of the other value. */
  readonly base: string;
  readonly at: PointFunction;
}

type Numbers = readonly (number | undefined)[];
type Formula = (numbers: Numbers, node: NodeProto) => number;

const unary =
  (of: PointFunction): Formula =>
  ([x = 0]) =>
    of(x);
const binary =
  (of: (a: number, b: number) => number): Formula =>
  ([a = 0, b = 0]) =>
    of(a, b);
const all =
  (of: (a: number, b: number) => number): Formula =>
  (numbers) =>
    numbers.map((number) => number ?? 0).reduce((a, b) => of(a, b));

const FORMULAS: Readonly<Record<string, Formula>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Pow: binary((a, b) => a ** b),
  Min: all(Math.min),
  Max: all(Math.max),
  Sum: all((a, b) => a + b),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Reciprocal: unary((x) => 1 / x),
  Erf: unary(errorFunction),
  Relu: unary((x) => Math.max(x, 0)),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Tanh: unary(Math.tanh),
  Softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Greater: binary((a, b) => Number(a > b)),
  GreaterOrEqual: binary((a, b) => Number(a >= b)),
  Less: binary((a, b) => Number(a < b)),
  LessOrEqual: binary((a, b) => Number(a <= b)),
  Equal: binary((a, b) => Number(a === b)),
  Not: unary((x) => Number(x === 0)),
  And: binary((a, b) => Number(a !== 0 && b !== 0)),
  Or: binary((a, b) => Number(a !== 0 || b !== 0)),
  Sign: unary(Math.sign),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Mod: binary((a, b) => a - b * Math.floor(a / b)),
  Where: ([condition, yes = 0, no = 0]) => (condition ? yes : no),
  Clip: ([x = 0, least, most], node) =>
    Math.min(
      Math.max(x, least ?? floatOf(node, "min", Number.NEGATIVE_INFINITY)),
      most ?? floatOf(node, "max", Number.POSITIVE_INFINITY),
    ),
  HardSigmoid: ([x = 0], node) =>
    Math.min(Math.max(x * floatOf(node, "alpha", 0.2) + floatOf(node, "beta", 0.5), 0), 1),
  Shrink: ([x = 0], node) => {
    const [bias, width] = [floatOf(node, "bias", 0), floatOf(node, "lambd", 0.5)];
    return x < -width ? x + bias : x > width ? x - bias : 0;
  },
  ThresholdedRelu: ([x = 0], node) => (x > floatOf(node, "alpha", 1) ? x : 0),
  Cast: ([x = 0], node) => castTo(x, integerOf(node, "to", FLOAT)),
  CastLike: unary((x) => x),
};

const FLOAT = 1;
const BOOLEAN = 9;
const WHOLE: readonly number[] = [2, 3, 4, 5, 6, 7, 12, 13];

function castTo(x: number, type: number): number {
  if (type === BOOLEAN) return Number(x !== 0);
  return WHOLE.includes(type) ? Math.trunc(x) : x;
}

/** @returns what a node computes of the numbers at one place of its inputs; undefined for other nodes. */
export function formulaOf({ opType }: NodeProto): Formula | undefined {
  return FORMULAS[opType ?? ""];
}

/** Longer arithmetic than that of any activation is not followed back. */
const MOST_BASES = 12;

/**
 * @param operands for each input of the node a number, the ways to derive it, or undefined where it is left out.
 * @returns the ways to derive the node's output; none for an operator that does not work on single numbers.
 */
export function derived(
  node: NodeProto,
  operands: readonly (number | readonly Derived[] | undefined)[],
): readonly Derived[] {
  const formula = FORMULAS[node.opType ?? ""];
  const ways = operands.flatMap((one) => (typeof one === "object" ? [one] : []));
  const [first = [], ...others] = ways;
  if (formula === undefined) return [];
  const bases = first
    .map(({ base }) => base)
    .filter((base) => others.every((way) => way.some((one) => one.base === base)));
  return bases.slice(0, MOST_BASES).map((base) => {
    const parts = operands.map((one) =>
      typeof one === "object" ? one.find((way) => way.base === base)?.at : () => one,
    );
    return {
      base,
      at: (x) =>
        formula(
          parts.map((part) => part?.(x)),
          node,
        ),
    };
  });
}

/** Numbers on both sides of every corner that an activation may have. */
const PROBES = [
  -9.5, -7.1, -4.3, -3.2, -2.6, -1.4, -0.8, -0.6, -0.4, -0.21, -0.03, 0, 0.02, 0.19, 0.35, 0.56,
  0.85, 1.3, 2.4, 2.9, 3.4, 5.7, 6.6, 10.5,
];
/** Constants are stored as float32. */
const WITHIN = 1e-5;
const LARGEST_FLOAT = 3.4028234663852886e38;

/** `x * scale + offset`, or an activation. */
export type Recognized =
  | { readonly activation: Activation }
  | { readonly scale: number; readonly offset: number };

export function recognized(at: PointFunction): Recognized | undefined {
  const offset = at(0);
  const scale = at(1) - offset;
  if (isAlike(at, (x) => x * scale + offset)) return { scale, offset };
  const named = PLAIN.find(({ kind }) => isAlike(at, functionOf(kind)));
  if (named !== undefined) return { activation: named.kind };
  const fitted = [leaky(at), elu(at), reluLayer(at)].find(
    ({ activation, value }) => !hasNegative(activation) && isAlike(at, value),
  );
  return fitted === undefined ? undefined : { activation: fitted.activation };
}

/** Activations without parameters are their names. */
type PlainKind = Extract<Activation, ElementwiseKind>;
const PLAIN = Object.entries(ACTIVATIONS).flatMap(([name, formula]) =>
  formula.parameters.length === 0 ? [{ kind: name as PlainKind }] : [],
);

function isAlike(one: PointFunction, other: PointFunction): boolean {
  return PROBES.every((x) => Math.abs(one(x) - other(x)) <= WITHIN * (1 + Math.abs(other(x))));
}

function functionOf(
  kind: ElementwiseKind,
  parameters: Readonly<Record<string, number>> = {},
): PointFunction {
  const formula: ActivationFormula = ACTIVATIONS[kind];
  const language = arithmetic(1);
  return (x) => {
    const numbers: Readonly<Record<string, number>> = { ...parameters, x };
    const leaf = (leaf: number | string) =>
      typeof leaf === "number" ? leaf : (numbers[leaf] ?? 0);
    return interpret(formula.value, leaf, language);
  };
}

/** The layers take slopes, factors and limits from 0 on. */
function hasNegative(activation: object): boolean {
  return Object.values(activation).some((number) => number < 0);
}

function leaky(at: PointFunction) {
  const negativeSlope = -at(-1);
  const activation = { name: "LeakyReLU", negativeSlope } as const;
  return { activation, value: functionOf("LeakyReLU", { negativeSlope }) };
}

function elu(at: PointFunction) {
  const alpha = at(-1) / Math.expm1(-1);
  return { activation: { name: "ELU", alpha } as const, value: functionOf("ELU", { alpha }) };
}

/** Keras' ReLU: above the threshold `x` up to a maximum, below it a line through the threshold. */
function reluLayer(at: PointFunction) {
  const highest = at(LARGEST_FLOAT);
  const maxValue = highest >= LARGEST_FLOAT / 2 ? LARGEST_FLOAT : highest;
  const negativeSlope = (at(-9) - at(-19)) / 10;
  const threshold = negativeSlope === 0 ? firstPositive(at) : -9 - at(-9) / negativeSlope;
  const numbers = { maxValue, negativeSlope, threshold };
  return { activation: { name: "ReLU", ...numbers } as const, value: functionOf("ReLU", numbers) };
}

/** Where a function starts to differ from 0, to 1e-9. */
function firstPositive(at: PointFunction): number {
  let [below, above] = [-10, 10];
  for (let step = 0; step < 40; step += 1) {
    const middle = (below + above) / 2;
    if (at(middle) === 0) below = middle;
    else above = middle;
  }
  return Math.abs(above) < 1e-9 ? 0 : above;
}

/** With a relative error below 1.2e-7 (Press et al., Numerical Recipes in C, 2nd edition, section 6.2). */
function errorFunction(x: number): number {
  const t = 1 / (1 + Math.abs(x) / 2);
  const polynomial = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418,
    0.37409196, 1.00002368, -1.26551223,
  ].reduce((sum, each) => sum * t + each);
  const tail = t * Math.exp(-x * x + polynomial);
  return x > 0 ? 1 - tail : tail - 1;
}
