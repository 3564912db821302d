/** How the printed kernels write expressions in AssemblyScript: for four numbers at a time, and for single ones. */
import {
  type Expression,
  type Interpretation,
  type Operation,
  printed,
} from "../src/formulas/expression.ts";

export function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export function indented(lines: readonly string[], depth: number): string {
  return lines.map((line) => `${"  ".repeat(depth)}${line}\n`).join("");
}

/** The operations that have no SIMD instruction. */
export const NO_LANES: readonly Operation[] = ["exp", "expm1", "log1p", "tanh", "oneMinusPower"];

function withoutLanes(op: Operation) {
  return (): never => {
    throw new RangeError(`${op} has no instruction for four numbers`);
  };
}

export const LANES: Interpretation<string> = {
  add: (a, b) => `f32x4.add(${a}, ${b})`,
  sub: (a, b) => `f32x4.sub(${a}, ${b})`,
  mul: (a, b) => `f32x4.mul(${a}, ${b})`,
  div: (a, b) => `f32x4.div(${a}, ${b})`,
  // `pmax` is one instruction on x86, and returns NaN if the left operand is NaN.
  max: (a, b) => `f32x4.pmax(${a}, ${b})`,
  min: (a, b) => `f32x4.pmin(${a}, ${b})`,
  negate: (a) => `f32x4.neg(${a})`,
  abs: (a) => `f32x4.abs(${a})`,
  sign: (a) => `signs(${a})`,
  sqrt: (a) => `f32x4.sqrt(${a})`,
  exp: withoutLanes("exp"),
  expm1: withoutLanes("expm1"),
  log1p: withoutLanes("log1p"),
  tanh: withoutLanes("tanh"),
  oneMinusPower: withoutLanes("oneMinusPower"),
  select: (a, b, c, d) => `choose(${c}, ${d}, f32x4.gt(${a}, ${b}))`,
};

/** Prints operations on one number of the type `F`. */
export function scalars(type: "f32" | "f64"): Interpretation<string> {
  const math = type === "f32" ? "Mathf" : "Math";
  return {
    add: (a, b) => `(${a} + ${b})`,
    sub: (a, b) => `(${a} - ${b})`,
    mul: (a, b) => `(${a} * ${b})`,
    div: (a, b) => `(${a} / ${b})`,
    max: (a, b) => `max<${type}>(${a}, ${b})`,
    min: (a, b) => `min<${type}>(${a}, ${b})`,
    negate: (a) => `(-${a})`,
    abs: (a) => `abs<${type}>(${a})`,
    sign: (a) => `${math}.sign(${a})`,
    sqrt: (a) => `sqrt<${type}>(${a})`,
    exp: (a) => `${math}.exp(${a})`,
    expm1: (a) => `${math}.expm1(${a})`,
    log1p: (a) => `${math}.log1p(${a})`,
    tanh: (a) => `${math}.tanh(${a})`,
    oneMinusPower: (base) => `(1 - (<f64><f32>${base}) ** step)`,
    select: (a, b, c, d) => `(${a} > ${b} ? ${c} : ${d})`,
  };
}

export function declare(name: string, value: string): string {
  return `const ${name} = ${value};`;
}

/** Prints the lines that define `name` as the expression. */
export function defined(
  name: string,
  expression: Expression,
  leaf: (leaf: number | string) => string,
  language: Interpretation<string>,
): readonly string[] {
  const { lines, value } = printed(expression, leaf, language, declare, `${name}_`);
  return [...lines, declare(name, value)];
}

export function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

export const lanesLeaf = (leaf: number | string) =>
  typeof leaf === "string" ? leaf : `f32x4.splat(${decimal(leaf)})`;

/** How a loop computes: with four numbers at a time or with one. */
export interface Dialect extends Interpretation<string> {
  /** Bytes that one turn of the loop takes. */
  readonly bytes: 16 | 4;
  readonly load: (address: string, offset?: number) => string;
  readonly store: (address: string, value: string, offset?: number) => string;
  readonly constant: (value: number) => string;
  readonly splat: (value: string) => string;
  /** `a * b + c`, which the relaxed build may round once if it computes four numbers. */
  readonly madd: (a: string, b: string, c: string) => string;
  /** The value where `a > b`, and 0 elsewhere. */
  readonly mask: (value: string, a: string, b: string) => string;
}

export const FOUR_NUMBERS: Dialect = {
  ...LANES,
  bytes: 16,
  load: (address, offset) => `v128.load(${address}${offsetText(offset)})`,
  store: (address, value, offset) => `v128.store(${address}, ${value}${offsetText(offset)});`,
  constant: (value) => `f32x4.splat(${decimal(value)})`,
  splat: (value) => `f32x4.splat(${value})`,
  madd: (a, b, c) => `madd(${a}, ${b}, ${c})`,
  mask: (value, a, b) => `v128.and(${value}, f32x4.gt(${a}, ${b}))`,
};

export const ONE_NUMBER: Dialect = {
  ...scalars("f32"),
  bytes: 4,
  // These choose between a zero and a negative zero as `pmax` and `pmin` do.
  max: (a, b) => `larger(${a}, ${b})`,
  min: (a, b) => `smaller(${a}, ${b})`,
  load: (address, offset) => `load<f32>(${address}${offsetText(offset)})`,
  store: (address, value, offset) => `store<f32>(${address}, ${value}${offsetText(offset)});`,
  constant: (value) => `<f32>${decimal(value)}`,
  splat: (value) => value,
  madd: (a, b, c) => `(${a} * ${b} + ${c})`,
  mask: (value, a, b) => `(${a} > ${b} ? ${value} : <f32>0)`,
};

function offsetText(offset = 0): string {
  return offset === 0 ? "" : `, ${offset}`;
}
