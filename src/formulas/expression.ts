/**
 * Scalar expressions as plain data. They say what an activation computes from one number, and an optimiser from one element of
 * a weight. Each engine prints them in its own language (WGSL, AssemblyScript, TensorFlow.js) and keeps the order of
 * operations, so that each formula is written once and always rounds in the same order.
 */

/** A number, a name, or an operation on expressions. `N` is the type of the names that may occur. */
export type Expression<N extends string = string> = number | N | Node<N>;

export interface Node<N extends string = string> {
  readonly op: Operation;
  readonly of: readonly Expression<N>[];
}

export type Operation =
  | "add"
  | "sub"
  | "mul"
  | "div"
  /** `max` and `min` return NaN if the left operand is NaN. */
  | "max"
  | "min"
  | "negate"
  | "abs"
  | "sign"
  | "sqrt"
  | "exp"
  | "expm1"
  | "log1p"
  | "tanh"
  /** `select(a, b, c, d)` is `a > b ? c : d`. */
  | "select"
  /** `1 - base ^ t`, where `t` is the step counted from 1. The base is rounded to float32, as in Keras. */
  | "oneMinusPower";

/** Translates each operation, given its translated operands. */
export type Interpretation<T> = Readonly<Record<Operation, (...operands: readonly T[]) => T>>;

/** The names that occur in an expression of type `E`. */
type NamesOf<E extends Expression> = E extends string ? E : E extends Node<infer N> ? N : never;
type Unary = <A extends Expression>(a: A) => Node<NamesOf<A>>;
type Binary = <A extends Expression, B extends Expression>(
  a: A,
  b: B,
) => Node<NamesOf<A> | NamesOf<B>>;

function node<E extends Expression>(op: Operation, of: readonly E[]): Node<NamesOf<E>> {
  // The compiler cannot infer that the names of each operand are among `NamesOf<E>`.
  return { op, of: of as readonly Expression<NamesOf<E>>[] };
}
export const add: Binary = (a, b) => node("add", [a, b]);
export const sub: Binary = (a, b) => node("sub", [a, b]);
export const mul: Binary = (a, b) => node("mul", [a, b]);
export const div: Binary = (a, b) => node("div", [a, b]);
export const max: Binary = (a, b) => node("max", [a, b]);
export const min: Binary = (a, b) => node("min", [a, b]);
export const negate: Unary = (a) => node("negate", [a]);
export const abs: Unary = (a) => node("abs", [a]);
export const sign: Unary = (a) => node("sign", [a]);
export const sqrt: Unary = (a) => node("sqrt", [a]);
export const exp: Unary = (a) => node("exp", [a]);
export const expm1: Unary = (a) => node("expm1", [a]);
export const log1p: Unary = (a) => node("log1p", [a]);
export const tanh: Unary = (a) => node("tanh", [a]);
export const oneMinusPower: Unary = (a) => node("oneMinusPower", [a]);

export function select<
  A extends Expression,
  B extends Expression,
  C extends Expression,
  D extends Expression,
>(a: A, b: B, c: C, d: D): Node<NamesOf<A | B | C | D>> {
  return node("select", [a, b, c, d]);
}

/** An exponential moving average: `old * share + value * (1 - share)`. */
export function blend<A extends Expression, B extends Expression, C extends Expression>(
  old: A,
  value: B,
  share: C,
): Node<NamesOf<A | B | C>> {
  return add(mul(old, share), mul(value, sub(1, share)));
}

/** Translates an expression. A node that occurs several times is translated once. */
export function interpret<T>(
  expression: Expression,
  leaf: (leaf: number | string) => T,
  language: Interpretation<T>,
): T {
  const known = new Map<Node, T>();
  const visit = (part: Expression): T => {
    if (typeof part !== "object") return leaf(part);
    const before = known.get(part);
    if (before !== undefined) return before;
    const value = language[part.op](...part.of.map(visit));
    known.set(part, value);
    return value;
  };
  return visit(expression);
}

/** Returns all names that occur in the expression. */
export function namesIn(expression: Expression): ReadonlySet<string> {
  if (typeof expression === "string") return new Set([expression]);
  if (typeof expression === "number") return new Set();
  return new Set(expression.of.flatMap((part) => [...namesIn(part)]));
}

export function holdsOperation(expression: Expression, op: Operation): boolean {
  if (typeof expression !== "object") return false;
  return expression.op === op || expression.of.some((part) => holdsOperation(part, op));
}

/** Replaces each largest subexpression for which `take` returns a replacement. */
export function replaceParts(
  expression: Expression,
  take: (part: Expression) => Expression | undefined,
): Expression {
  const known = new Map<Node, Expression>();
  const visit = (part: Expression): Expression => {
    const taken = take(part);
    if (taken !== undefined) return taken;
    if (typeof part !== "object") return part;
    const before = known.get(part) ?? { op: part.op, of: part.of.map(visit) };
    known.set(part, before);
    return before;
  };
  return visit(expression);
}

/**
 * Prints an expression in a programming language. A node that occurs several times becomes a variable.
 *
 * @param declare prints the declaration of a variable with its value.
 */
export function printed(
  expression: Expression,
  leaf: (leaf: number | string) => string,
  language: Interpretation<string>,
  declare: (name: string, value: string) => string,
  prefix: string,
): { readonly lines: readonly string[]; readonly value: string } {
  const uses = new Map<Node, number>();
  const count = (part: Expression) => {
    if (typeof part !== "object") return;
    const before = uses.get(part) ?? 0;
    uses.set(part, before + 1);
    if (before === 0) part.of.forEach(count);
  };
  count(expression);
  const lines: string[] = [];
  const variables = new Map<Node, string>();
  const print = (part: Expression): string => {
    if (typeof part !== "object") return leaf(part);
    const known = variables.get(part);
    if (known !== undefined) return known;
    const text = language[part.op](...part.of.map(print));
    if ((uses.get(part) ?? 0) < 2) return text;
    const name = `${prefix}${variables.size}`;
    lines.push(declare(name, text));
    variables.set(part, name);
    return name;
  };
  const value = print(expression);
  return { lines, value };
}

/** Evaluates every operation in float64. */
export function arithmetic(step: number): Interpretation<number> {
  return {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    div: (a, b) => a / b,
    max: (a, b) => Math.max(a, b),
    min: (a, b) => Math.min(a, b),
    negate: (a) => -a,
    abs: (a) => Math.abs(a),
    sign: (a) => Math.sign(a),
    sqrt: (a) => Math.sqrt(a),
    exp: (a) => Math.exp(a),
    expm1: (a) => Math.expm1(a),
    log1p: (a) => Math.log1p(a),
    tanh: (a) => Math.tanh(a),
    select: (a, b, c, d) => (a > b ? c : d),
    oneMinusPower: (base) => 1 - Math.fround(base) ** step,
  };
}
