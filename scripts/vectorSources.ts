/**
 * Prints loops over vectors of numbers, which take four numbers at a time and the last ones singly. AssemblyScript has no macros,
 * so that each loop would otherwise repeat the others.
 */
import { add, type Expression, interpret, mul, sub } from "../src/formulas/expression.ts";
import { type Dialect, FOUR_NUMBERS, indented, ONE_NUMBER } from "./kernelLanguage.ts";

interface VectorLoop {
  /** The vector that is written, and the vectors that are read. */
  readonly target: string;
  readonly reads: readonly string[];
  /** A number that is the same for all elements. */
  readonly factor?: string;
  readonly value: Expression;
}

const DISTANCE = sub("partMean", "mean");

const LOOPS: Readonly<Record<string, VectorLoop>> = {
  addInto: { target: "y", reads: ["x"], value: add("y", "x") },
  addScaled: { target: "y", reads: ["x"], factor: "f", value: add("y", mul("x", "f")) },
  addProduct: { target: "y", reads: ["x", "w"], value: add("y", mul("x", "w")) },
  addValues: { target: "sum", reads: ["a", "b"], value: add("a", "b") },
  copyValues: { target: "y", reads: ["x"], value: "x" },
  /** Adds the spread of a part, and the distance of its mean from the mean of all rows. */
  addSpreads: {
    target: "total",
    reads: ["spread", "partMean", "mean"],
    factor: "rows",
    value: add(add("total", "spread"), mul(mul(DISTANCE, DISTANCE), "rows")),
  },
};

/** Returns the file `generated/vectors.ts`. */
export function vectorsSource(note: string): string {
  return [
    note,
    'import { choose, larger, madd, signs, smaller } from "../shared/arithmetic";',
    ...Object.entries(LOOPS).map(([name, loop]) =>
      vectorLoop(name, loop, (dialect) =>
        interpret(loop.value, (leaf) => leafText(leaf, loop, dialect), dialect),
      ),
    ),
    rowSums("addSums16", FOUR_NUMBERS, 4),
    rowSums("addSums4", FOUR_NUMBERS, 1),
    rowSums("addSums1", ONE_NUMBER, 1),
  ].join("\n");
}

function leafText(leaf: number | string, { factor }: VectorLoop, dialect: Dialect): string {
  if (typeof leaf === "number") return dialect.constant(leaf);
  return leaf === factor ? dialect.splat(leaf) : dialect.load(`${leaf} + at`);
}

export function vectorLoop(
  name: string,
  { target, reads, factor }: Omit<VectorLoop, "value">,
  value: (dialect: Dialect) => string,
): string {
  const given = [target, ...reads].map((vector) => `${vector}: usize`);
  const loop = (dialect: Dialect, end: string) =>
    `for (; at < ${end}; at += ${dialect.bytes}) ${dialect.store(`${target} + at`, value(dialect))}`;
  const body = [
    "const bytes = (<usize>count) << 2;",
    "const vectors = bytes & ~15;",
    "let at: usize = 0;",
    loop(FOUR_NUMBERS, "vectors"),
    loop(ONE_NUMBER, "bytes"),
  ];
  const all = [...given, "count: i32", ...(factor === undefined ? [] : [`${factor}: f32`])];
  return `export function ${name}(${all.join(", ")}): void {\n${indented(body, 1)}}\n`;
}

/**
 * Prints a loop that adds rows of `dy` to `part`, and of `dy * (x - mean)` to the row behind it, for as many channels as
 * `numVectors` vectors hold, so that all their sums stay in registers.
 */
function rowSums(name: string, dialect: Dialect, numVectors: number): string {
  const { load, store } = dialect;
  const places = [...Array(numVectors).keys()].map((index) => ({ index, at: 16 * index }));
  const body = [
    "const products = part + bytes;",
    ...places.map(({ index, at }) => `const center${index} = ${load("mean", at)};`),
    ...places.map(({ index, at }) => `let sum${index} = ${load("part", at)};`),
    ...places.map(({ index, at }) => `let product${index} = ${load("products", at)};`),
    "const toX = x - dy;",
    "const end = dy + <usize>rows * bytes;",
    "for (let from = dy; from < end; from += bytes) {",
    "  const other = from + toX;",
    ...places.flatMap(({ index, at }) => {
      const centered = dialect.sub(load("other", at), `center${index}`);
      return [
        `  const gradient${index} = ${load("from", at)};`,
        `  sum${index} = ${dialect.add(`sum${index}`, `gradient${index}`)};`,
        `  product${index} = ${dialect.madd(`gradient${index}`, centered, `product${index}`)};`,
      ];
    }),
    "}",
    ...places.map(({ index, at }) => store("part", `sum${index}`, at)),
    ...places.map(({ index, at }) => store("products", `product${index}`, at)),
  ];
  const given = "dy: usize, x: usize, rows: i32, bytes: usize, mean: usize, part: usize";
  return `export function ${name}(${given}): void {\n${indented(body, 1)}}\n`;
}
