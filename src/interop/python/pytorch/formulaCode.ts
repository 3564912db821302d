/** Prints formulas as Python that computes with numbers and with tensors of PyTorch. */
import { type Expression, type Interpretation, interpret } from "../../../formulas/expression.ts";
import { literal } from "../pythonText.ts";

/** A part of an expression, and how loosely Python binds it: a name or a call, a power, a product, a sum. */
interface Piece {
  readonly text: string;
  readonly binding: "name" | "power" | "product" | "sum";
  readonly isTensor: boolean;
}

/**
 * Returns the expression with only the parentheses that keep the order of its operations.
 *
 * @param tensors the names that stand for tensors; the others stand for numbers.
 * @param step the Python expression of the number of the step, counted from 1.
 */
export function formulaCode(
  expression: Expression,
  tensors: ReadonlySet<string>,
  step: string,
): string {
  const leaf = (value: number | string): Piece =>
    typeof value === "number"
      ? { text: literal(value), binding: value < 0 ? "power" : "name", isTensor: false }
      : { text: pythonName(value), binding: "name", isTensor: tensors.has(value) };
  return interpret(expression, leaf, language(step)).text;
}

/** Vectors of Adadelta whose names in Keras are long, and a function of Python. */
const OTHERS: Readonly<Record<string, string>> = {
  next: "following",
  accumulated_grad: "gradients",
  accumulated_delta_var: "changes",
};

/** The name in Python of a name in a formula: `weightDecay` becomes `weight_decay`. */
export function pythonName(name: string): string {
  const [, age = "", rest = ""] = /^(old_|new_)?(.+)$/.exec(name) ?? [];
  return `${age}${OTHERS[rest] ?? snakeCase(rest)}`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function language(step: string): Interpretation<Piece> {
  const call = (torch: string, math: string) => (a: Piece) =>
    named(`${a.isTensor ? `torch.${torch}` : math}(${a.text})`, a.isTensor);
  const pair = (torch: string, math: string) => (a: Piece, b: Piece) => {
    const isTensor = a.isTensor || b.isTensor;
    return named(`${isTensor ? `torch.${torch}` : math}(${a.text}, ${b.text})`, isTensor);
  };
  return {
    add: (a, b) => binary(a, "+", b, "sum"),
    sub: (a, b) => binary(a, "-", b, "sum"),
    mul: (a, b) => binary(a, "*", b, "product"),
    div: (a, b) => binary(a, "/", b, "product"),
    max: pair("maximum", "max"),
    min: pair("minimum", "min"),
    negate: (a) => ({ ...a, text: `-${wrapped(a, ["sum", "product"])}`, binding: "power" }),
    abs: call("abs", "abs"),
    sign: call("sign", "np.sign"),
    sqrt: (a) =>
      a.isTensor
        ? named(`${wrapped(a, ["sum", "product", "power"])}.sqrt()`, true)
        : named(`math.sqrt(${a.text})`, false),
    exp: call("exp", "math.exp"),
    expm1: call("expm1", "math.expm1"),
    log1p: call("log1p", "math.log1p"),
    tanh: call("tanh", "math.tanh"),
    select: (a, b, c, d) =>
      named(
        `torch.where(${a.text} > ${b.text}, ${c.text}, ${d.text})`,
        [a, b, c, d].some(({ isTensor }) => isTensor),
      ),
    oneMinusPower: (a) => ({
      text: `1 - ${wrapped(a, ["sum", "product", "power"])}**${step}`,
      binding: "sum",
      isTensor: false,
    }),
  };
}

function named(text: string, isTensor: boolean): Piece {
  return { text, binding: "name", isTensor };
}

/** Python computes from the left, so an operand on the right keeps its parentheses where it binds no closer. */
function binary(a: Piece, sign: string, b: Piece, binding: "product" | "sum"): Piece {
  const left = wrapped(a, binding === "sum" ? [] : ["sum"]);
  const right = wrapped(b, binding === "sum" ? ["sum"] : ["sum", "product"]);
  return { text: `${left} ${sign} ${right}`, binding, isTensor: a.isTensor || b.isTensor };
}

function wrapped({ text, binding }: Piece, loose: readonly Piece["binding"][]): string {
  return loose.includes(binding) ? `(${text})` : text;
}
