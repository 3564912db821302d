/**
 * Prints the loops that multiply a gradient by the derivative of a fused activation, which is 0 or 1: each number passes or
 * becomes 0.
 */
import { FUSED_ACTIVATIONS } from "../src/exec/wasm/formulaKernels.ts";
import type { ActivationFormula } from "../src/formulas/activations/activation.ts";
import { type Expression, interpret } from "../src/formulas/expression.ts";
import { capital, type Dialect, FOUR_NUMBERS, indented, ONE_NUMBER } from "./kernelLanguage.ts";
import { vectorLoop } from "./vectorSources.ts";

/** Returns the file `generated/masks.ts`. */
export function masksSource(note: string): string {
  return [
    note,
    'import { FusedActivation } from "./calls";',
    ...FUSED_ACTIVATIONS.flatMap(({ kind, formula }) => [
      vectorLoop(`maskBy${capital(kind)}`, { target: "dx", reads: ["dy", "y"] }, (dialect) =>
        masked(formula, dialect.load("dy + at"), dialect.load("y + at"), dialect),
      ),
      takeLoop(`takeBy${capital(kind)}`, true, (load, dialect) =>
        masked(formula, load("from"), load("mask"), dialect),
      ),
    ]),
    forEachFused("maskValues", "maskBy", ["dx: usize", "dy: usize", "y: usize", "count: i32"]),
    forEachFused("takeMasked", "takeBy", TAKEN),
    takeLoop("takeGroups", false, (load) => load("from")),
  ].join("\n");
}

/** Prints a function that calls the loop of the activation that it is given. */
function forEachFused(name: string, loop: string, parameters: readonly string[]): string {
  const names = parameters.map((parameter) => parameter.slice(0, parameter.indexOf(":")));
  const calls = FUSED_ACTIVATIONS.map(({ kind }) => {
    const call = `${loop}${capital(kind)}(${names.join(", ")})`;
    return `if (activation === FusedActivation.${kind}) ${call};`;
  });
  return `export function ${name}(activation: i32, ${parameters.join(", ")}): void {\n${indented(calls, 1)}}\n`;
}

/** Prints the gradient where the derivative of a fused activation is 1, and 0 where it is 0. `y` is the activation's output. */
function masked(
  { slope }: ActivationFormula,
  gradient: string,
  y: string,
  dialect: Dialect,
): string {
  const text = (part: Expression) =>
    interpret(part, (leaf) => (typeof leaf === "number" ? dialect.constant(leaf) : y), dialect);
  const visit = (part: Expression): string => {
    if (part === 1) return gradient;
    const [a = 0, b = 0, where = 0, elsewhere = 0] = typeof part === "object" ? part.of : [];
    if (typeof part !== "object" || part.op !== "select" || elsewhere !== 0)
      throw new RangeError("the derivative of a fused activation must be 0 or 1");
    return dialect.mask(visit(where), text(a), text(b));
  };
  return visit(slope);
}

const MASK = "y: usize";
const TAKEN = [
  "source: usize",
  "group: usize",
  MASK,
  "pixels: i32",
  "channels: i32",
  "target: usize",
];

/**
 * Prints a function that copies a line from groups (`shared/groups.ts`) back into the layout of a map. `group` is the number of
 * bytes from one group to the next. `y` is the output of the activation: a line by groups, with `pixels` pixels in each.
 */
function takeLoop(
  name: string,
  isMasked: boolean,
  value: (load: (pointer: string) => string, dialect: Dialect) => string,
): string {
  const inMask = (lines: readonly string[]) => (isMasked ? lines : []);
  const given = TAKEN.filter((parameter) => isMasked || parameter !== MASK).join(", ");
  const loop = (dialect: Dialect, end: string, next: string, nextMask: string) => [
    `  for (; at < ${end}; at += ${dialect.bytes}) {`,
    `    ${dialect.store(
      "target + at",
      value((pointer) => dialect.load(pointer), dialect),
    )}`,
    `    from += ${next};`,
    ...inMask([`    mask += ${nextMask};`]),
    "  }",
  ];
  const body = [
    "const bytes = (<usize>channels) << 2;",
    "const vectors = bytes & ~15;",
    "const end = (<usize>pixels) << 4;",
    "for (let pixel: usize = 0; pixel < end; pixel += 16) {",
    "  let from = source + pixel;",
    ...inMask(["  let mask = y + pixel;"]),
    "  let at: usize = 0;",
    ...loop(FOUR_NUMBERS, "vectors", "group", "end"),
    ...loop(ONE_NUMBER, "bytes", "4", "4"),
    "  target += bytes;",
    "}",
  ];
  return `export function ${name}(${given}): void {\n${indented(body, 1)}}\n`;
}
