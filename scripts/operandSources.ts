/**
 * Prints the loops that load an operand. A plain one is stored in memory. Every other kind is a step whose output was never
 * stored: each reader computes it while it loads. `LAYOUTS` says where the values are written.
 */
import { FUSED_ACTIVATIONS, fusedOperand } from "../src/exec/wasm/formulaKernels.ts";
import type { ActivationFormula } from "../src/formulas/activations/activation.ts";
import type { ElementwiseKind } from "../src/formulas/activations/registry.ts";
import { interpret } from "../src/formulas/expression.ts";
import { capital, type Dialect, FOUR_NUMBERS, indented, ONE_NUMBER } from "./kernelLanguage.ts";

type Value = (load: (name: string) => string, dialect: Dialect) => string;

interface OperandKind {
  readonly kind: string;
  /** Whether the values also depend on the tensor `second`. */
  readonly hasSecond: boolean;
  /** Rows of one number for each channel, which lie one behind the other. */
  readonly coefficients: readonly string[];
  readonly value: Value;
}

const PLAIN: OperandKind = {
  kind: "plain",
  hasSecond: false,
  coefficients: [],
  value: (load) => load("source"),
};

/** `(x - mean) * scale + shift` */
const NORMALIZED: OperandKind = {
  kind: "normalized",
  hasSecond: false,
  coefficients: ["mean", "scale", "shift"],
  value: (load, { madd, sub }) =>
    madd(sub(load("source"), load("mean")), load("scale"), load("shift")),
};

/** `p * dy + q * (x - mean) + r`, where `source` is `dy` and `second` is `x`. */
const NORMALIZATION_GRADIENT: OperandKind = {
  kind: "normalizationGradient",
  hasSecond: true,
  coefficients: ["mean", "p", "q", "r"],
  value: (load, { madd, sub }) => {
    const rest = madd(sub(load("second"), load("mean")), load("q"), load("r"));
    return madd(load("source"), load("p"), rest);
  },
};

const KINDS: readonly OperandKind[] = [
  PLAIN,
  ...activated(PLAIN),
  NORMALIZATION_GRADIENT,
  NORMALIZED,
  ...activated(NORMALIZED),
];

/** Returns the operands that are fused activations of another one. */
function activated(inner: OperandKind): readonly OperandKind[] {
  return FUSED_ACTIVATIONS.map(({ kind, formula }) => ({
    ...inner,
    kind: fusedOperand(kind, inner === NORMALIZED),
    value: (load, dialect) => {
      const leaf = (leaf: number | string) =>
        typeof leaf === "number" ? dialect.constant(leaf) : inner.value(load, dialect);
      return interpret(withoutParameters(kind, formula).value, leaf, dialect);
    },
  }));
}

function withoutParameters(kind: ElementwiseKind, formula: ActivationFormula): ActivationFormula {
  if (formula.parameters.length === 0) return formula;
  throw new RangeError(`${kind} has parameters and cannot be fused`);
}

/** A way to write the values of an operand. */
interface Layout {
  /** The function that takes an operand, its parameters, and how it passes them to the loop of a kind. */
  readonly name: string;
  readonly given: string;
  readonly before: readonly string[];
  readonly passed: (kind: OperandKind) => string;
  readonly parameters: string;
  readonly body: (kind: OperandKind) => readonly string[];
  readonly kinds: readonly OperandKind[];
}

/** Copies or computes rows `[rows, channels]` into `target`. `offset` is in bytes and starts a row. */
const ROWS: Layout = {
  name: "stageInto",
  given: "operand: Operand, offset: usize, rows: i32, channels: i32, target: usize",
  before: [],
  passed: ({ coefficients }) =>
    coefficients.length > 0 ? "rows, channels, target" : "1, rows * channels, target",
  parameters: "rows: i32, channels: i32, target: usize",
  body: (kind) => {
    const loop = (dialect: Dialect, end: string) => {
      const value = kind.value((name) => dialect.load(`${name} + at`), dialect);
      return `  for (; at < ${end}; at += ${dialect.bytes}) ${dialect.store("target + at", value)}`;
    };
    return [
      "const bytes = (<usize>channels) << 2;",
      "const vectors = bytes & ~15;",
      ...coefficientRows(kind),
      "for (let row = 0; row < rows; row += 1) {",
      "  let at: usize = 0;",
      loop(FOUR_NUMBERS, "vectors"),
      loop(ONE_NUMBER, "bytes"),
      ...tensorsOf(kind).map((name) => `  ${name} += bytes;`),
      "  target += bytes;",
      "}",
    ];
  },
  kinds: KINDS.filter((kind) => kind !== PLAIN),
};

/** Copies or computes a line of a map by groups of four channels (`shared/groups.ts`). The last group is padded arbitrarily. */
const GROUPS: Layout = {
  name: "stageGroups",
  given: "operand: Operand, first: i32, pixels: i32, channels: i32, target: usize",
  before: ["const offset = (<usize>first * <usize>channels) << 2;"],
  passed: () => "pixels, channels, target",
  parameters: "pixels: i32, channels: i32, target: usize",
  body: (kind) => [
    "const bytes = (<usize>channels) << 2;",
    "const group = (<usize>pixels) << 4;",
    ...coefficientRows(kind),
    "for (let pixel: usize = 0; pixel < group; pixel += 16) {",
    "  let to = target + pixel;",
    "  for (let at: usize = 0; at < bytes; at += 16) {",
    `    v128.store(to, ${kind.value((name) => `v128.load(${name} + at)`, FOUR_NUMBERS)});`,
    "    to += group;",
    "  }",
    ...tensorsOf(kind).map((name) => `  ${name} += bytes;`),
    "}",
  ],
  kinds: KINDS.filter(({ hasSecond }) => !hasSecond),
};

/** Packs some rows of four, six or eight columns without gaps, with the coefficients in registers. */
const STRIPS: Layout = {
  name: "stageStrip",
  given:
    "operand: Operand, first: i32, rows: i32, channels: i32, column: i32, width: i32, target: usize",
  before: [
    "const bytes = (<usize>channels) << 2;",
    "const at = (<usize>column) << 2;",
    "const offset = <usize>first * bytes + at;",
    "const end = target + ((<usize>(rows * width)) << 2);",
  ],
  passed: () => "bytes, width, target, end",
  parameters: "bytes: usize, width: i32, target: usize, end: usize",
  body: (kind) => {
    const half = (index: number) =>
      kind.value((name) => {
        if (kind.coefficients.includes(name)) return `${name}${index}`;
        const address = name === "second" ? "source + toSecond" : name;
        return FOUR_NUMBERS.load(address, 16 * index);
      }, FOUR_NUMBERS);
    return [
      ...coefficientRows(kind),
      ...kind.coefficients.flatMap((name) => [
        `const ${name}0 = v128.load(${name});`,
        `const ${name}1 = v128.load(${name}, 16);`,
      ]),
      ...(kind.hasSecond ? ["const toSecond = second - source;"] : []),
      "for (let to = target; to < end; source += bytes)",
      `  to = putStrip(to, width, ${half(0)}, ${half(1)});`,
    ];
  },
  kinds: KINDS,
};

/** Returns the file `generated/operands.ts`. */
export function operandsSource(note: string): string {
  return [
    note,
    'import { Operand, OperandKind } from "./calls";',
    'import { choose, larger, madd, signs, smaller } from "../shared/arithmetic";',
    'import { putStrip } from "../shared/stores";',
    ...[ROWS, GROUPS, STRIPS].flatMap((layout) => [
      dispatcher(layout),
      ...layout.kinds.map((kind) => loopFor(layout, kind)),
    ]),
  ].join("\n");
}

function dispatcher({ name, given, before, passed, kinds }: Layout): string {
  const isRows = name === ROWS.name;
  const body = [
    ...before,
    "const kind = operand.kind;",
    "const source = operand.source + offset;",
    `const coefficients = operand.coefficients${name === STRIPS.name ? " + at" : ""};`,
    ...(isRows
      ? [
          "if (kind === OperandKind.plain) memory.copy(target, source, (<usize>(rows * channels)) << 2);",
        ]
      : []),
    ...kinds.map((kind, index) => {
      const tensors = kind.hasSecond ? "source, operand.second + offset" : "source";
      const rows = kind.coefficients.length > 0 ? ", coefficients" : "";
      const call = `${name}${capital(kind.kind)}(${tensors}${rows}, ${passed(kind)});`;
      return `${index > 0 || isRows ? "else " : ""}if (kind === OperandKind.${kind.kind}) ${call}`;
    }),
    "else unreachable();",
  ];
  return `export function ${name}(${given}): void {\n${indented(body, 1)}}\n`;
}

function loopFor({ name, parameters, body }: Layout, kind: OperandKind): string {
  const [mean] = kind.coefficients;
  const pointers = [...tensorsOf(kind), ...(mean === undefined ? [] : [mean])];
  const given = [...pointers.map((pointer) => `${pointer}: usize`), parameters].join(", ");
  return `function ${name}${capital(kind.kind)}(${given}): void {\n${indented(body(kind), 1)}}\n`;
}

function tensorsOf({ hasSecond }: OperandKind): readonly string[] {
  return hasSecond ? ["source", "second"] : ["source"];
}

function coefficientRows({ coefficients }: OperandKind): readonly string[] {
  return coefficients
    .slice(1)
    .map((name, index) => `const ${name} = ${coefficients[index]} + bytes;`);
}
