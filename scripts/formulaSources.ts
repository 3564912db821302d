/**
 * Prints formulas as AssemblyScript kernels: optimisers four numbers at a time, and activations too where SIMD has all their
 * operations.
 */

import { PRINTED_ACTIVATIONS, slopeName, valueName } from "../src/exec/wasm/formulaKernels.ts";
import { type ActivationFormula, needsInput } from "../src/formulas/activations/activation.ts";
import type { ElementwiseKind } from "../src/formulas/activations/registry.ts";
import {
  type Expression,
  holdsOperation,
  type Interpretation,
  namesIn,
  replaceParts,
} from "../src/formulas/expression.ts";
import {
  countsSteps,
  type DividedFormula,
  divided,
  type OptimizerFormula,
} from "../src/formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../src/formulas/optimizers/registry.ts";
import { PRELU } from "../src/formulas/prelu.ts";
import { forEachOptimizer } from "../src/settings/optimizers.ts";
import {
  capital,
  decimal,
  declare,
  defined,
  indented,
  LANES,
  lanesLeaf,
  NO_LANES,
  scalars,
} from "./kernelLanguage.ts";

const MOST_SLOTS = 2;

/** Returns the file `generated/optimizers.ts`. */
export function optimizersSource(note: string): string {
  const kernels = Object.entries(
    forEachOptimizer((kind) => optimizerSource(kind, OPTIMIZERS[kind])),
  ).map(([, source]) => source);
  const calls = Object.keys(OPTIMIZERS).map((kind) => `${capital(kind)}Call`);
  return [
    note,
    `import { ${calls.join(", ")} } from "./calls";`,
    'import { choose, signs } from "../shared/arithmetic";',
    'import { endOf, factorAt, startOf } from "../shared/optimizer";',
    ...kernels,
  ].join("\n");
}

function optimizerSource(kind: string, formula: OptimizerFormula): string {
  const { withoutMomentum } = formula;
  const body =
    withoutMomentum === undefined
      ? updateLines(formula)
      : [
          "if (call.slot0) {",
          ...updateLines(formula).map((line) => `  ${line}`),
          "} else {",
          ...updateLines(withoutMomentum).map((line) => `  ${line}`),
          "}",
        ];
  return `export function ${kind}(call: ${capital(kind)}Call, chunk: i32, _scratch: usize): void {\n${indented(body, 1)}}\n`;
}

function updateLines(formula: OptimizerFormula): readonly string[] {
  const slots = Object.keys(formula.slots);
  if (slots.length > MOST_SLOTS) throw new RangeError(`a call has room for ${MOST_SLOTS} vectors`);
  const parts = divided(formula);
  const scaled = withScaledRate(parts);
  const { constants, uniforms, values, weight } = scaled ?? parts;
  const places = new Map(Object.keys(constants).map((name, place) => [name, place]));
  const wideLeaf = (leaf: number | string): string => {
    if (typeof leaf === "number") return decimal(leaf);
    const place = places.get(leaf);
    if (place !== undefined) return `<f64>call.constants(${place})`;
    return leaf === "learningRate" ? "<f64>load<f32>(call.learningRate)" : `${leaf}64`;
  };
  const steps = Object.entries(uniforms).flatMap(([name, expression]) => [
    ...defined(`${name}64`, expression, wideLeaf, scalars("f64")),
    declare(name, `f32x4.splat(<f32>${name}64)`),
  ]);
  const next = Object.entries(scaled?.slots ?? parts.slots);
  return [
    "const weights = call.weights;",
    "const gradients = call.gradients;",
    ...slots.map((name, place) => declare(name, `call.slot${place}`)),
    ...(countsSteps(formula) ? ["const step = <f64>(load<i32>(call.step) + 1);"] : []),
    ...steps,
    ...[...places].map(([name, place]) =>
      declare(constantName(name), `f32x4.splat(call.constants(${place}))`),
    ),
    "const learningRate = v128.load32_splat(call.learningRate);",
    "const factor = factorAt(call.gradientFactor);",
    ...(scaled ? ["const scaledRate = f32x4.mul(learningRate, factor);"] : []),
    "const end = endOf(chunk, call.numbers.perChunk, call.numbers.count);",
    "for (let at = startOf(chunk, call.numbers.perChunk); at < end; at += 16) {",
    ...[
      scaled
        ? "const unscaledGradient = v128.load(gradients + at);"
        : "const gradient = f32x4.mul(v128.load(gradients + at), factor);",
      "const weight = v128.load(weights + at);",
      ...slots.map((name) => declare(`old_${name}`, `v128.load(${name} + at)`)),
      ...Object.entries(values).flatMap(([name, expression]) =>
        defined(name, expression, constantLeaf(places), LANES),
      ),
      ...next.flatMap(([name, expression]) =>
        defined(`next_${name}`, expression, constantLeaf(places), LANES),
      ),
      ...defined("next_weight", weight, constantLeaf(places), LANES),
      ...next.map(([name]) => `v128.store(${name} + at, next_${name});`),
      "v128.store(weights + at, next_weight);",
    ].map((line) => `  ${line}`),
    "}",
  ];
}

/** A prefix distinguishes coefficients from slots, which may have the same name. */
function constantName(name: string): string {
  return `constant_${name}`;
}

function constantLeaf(places: ReadonlyMap<string, number>) {
  return (leaf: number | string) =>
    typeof leaf === "string" && places.has(leaf) ? constantName(leaf) : lanesLeaf(leaf);
}

/**
 * If a formula uses the gradient only once, multiplied by the learning rate, the product of the rate and the gradient's factor
 * is computed outside of the loop.
 */
function withScaledRate(parts: DividedFormula): DividedFormula | undefined {
  const count = (part: Expression): number => {
    if (typeof part !== "object") return part === "gradient" ? 1 : 0;
    return part.of.reduce<number>((total, operand) => total + count(operand), 0);
  };
  const all = [...Object.values(parts.values), ...Object.values(parts.slots), parts.weight];
  if (all.reduce<number>((total, part) => total + count(part), 0) !== 1) return undefined;
  let found = false;
  const replaced = (whole: Expression) =>
    replaceParts(whole, (part) => {
      if (typeof part !== "object" || part.op !== "mul") return undefined;
      if (part.of[0] !== "learningRate" || part.of[1] !== "gradient") return undefined;
      found = true;
      return { op: "mul", of: ["scaledRate", "unscaledGradient"] };
    });
  const each = (named: Readonly<Record<string, Expression>>) =>
    Object.fromEntries(Object.entries(named).map(([name, part]) => [name, replaced(part)]));
  const result = {
    ...parts,
    values: each(parts.values),
    slots: each(parts.slots),
    weight: replaced(parts.weight),
  };
  return found ? result : undefined;
}

/** Returns the file `generated/activations.ts`. */
export function activationsSource(note: string): string {
  const names = [
    ...PRINTED_ACTIVATIONS.flatMap(({ kind }) => [valueName(kind), slopeName(kind)]),
    ...Object.keys(PRELU),
  ];
  return [
    note,
    `import { ${names.map((name) => `${capital(name)}Call`).join(", ")} } from "./calls";`,
    'import { choose, signs } from "../shared/arithmetic";',
    'import { endOf, startOf } from "../shared/optimizer";',
    ...PRINTED_ACTIVATIONS.flatMap(({ kind, formula }) => [
      valueSource(kind, formula),
      slopeSource(kind, formula),
    ]),
    ...Object.entries(PRELU).map(([name, expression]) => rowsSource(name, expression)),
  ].join("\n");
}

function valueSource(kind: ElementwiseKind, formula: ActivationFormula): string {
  const lines = ["const source = call.x;", "const target = call.y;"];
  return activationSource(valueName(kind), formula, formula.value, lines, "x", "");
}

function slopeSource(kind: ElementwiseKind, formula: ActivationFormula): string {
  const lines = ["const source = call.from;", "const target = call.dx;", "const dy = call.dy;"];
  const variable = needsInput(formula) ? "x" : "y";
  return activationSource(slopeName(kind), formula, formula.slope, lines, variable, "dy");
}

/** @param factor the address of the vector by which the result is multiplied. */
function activationSource(
  name: string,
  { parameters }: ActivationFormula,
  expression: Expression,
  lines: readonly string[],
  variable: string,
  factor: string,
): string {
  const hasLanes = !NO_LANES.some((op) => holdsOperation(expression, op));
  const load = hasLanes ? "v128.load" : "load<f32>";
  const store = hasLanes ? "v128.store" : "store<f32>";
  const language = hasLanes ? LANES : scalars("f32");
  const leaf = (leaf: number | string) =>
    hasLanes || typeof leaf === "string" ? lanesLeaf(leaf) : `<f32>${decimal(leaf)}`;
  const result = factor === "" ? "result" : language.mul(`${load}(${factor} + at)`, "result");
  const body = [
    ...lines,
    ...parameters.map((parameter, place) => {
      const value = `call.parameters(${place})`;
      return declare(parameter, hasLanes ? `f32x4.splat(${value})` : value);
    }),
    "const end = endOf(chunk, call.numbers.perChunk, call.numbers.count);",
    `for (let at = startOf(chunk, call.numbers.perChunk); at < end; at += ${hasLanes ? 16 : 4}) {`,
    `  ${declare(variable, `${load}(source + at)`)}`,
    ...defined("result", expression, leaf, language).map((line) => `  ${line}`),
    `  ${store}(target + at, ${result});`,
    "}",
  ];
  return `export function ${name}(call: ${capital(name)}Call, chunk: i32, _scratch: usize): void {\n${indented(body, 1)}}\n`;
}

/** A kernel that evaluates the expression for each element of some rows. `alpha` has one number for each channel. */
function rowsSource(name: string, expression: Expression): string {
  const loop = (end: string, step: 4 | 16, language: Interpretation<string>) => {
    const [load, store] = step === 16 ? ["v128.load", "v128.store"] : ["load<f32>", "store<f32>"];
    const leaf = (leaf: number | string) =>
      step === 16 || typeof leaf === "string" ? lanesLeaf(leaf) : `<f32>${decimal(leaf)}`;
    const loads = [...namesIn(expression)].map((operand) =>
      declare(operand, `${load}(call.${operand} + ${operand === "alpha" ? "at" : "row + at"})`),
    );
    return [
      `  for (; at < ${end}; at += ${step}) {`,
      ...[
        ...loads,
        ...defined("result", expression, leaf, language),
        `${store}(call.result + row + at, result);`,
      ].map((line) => `    ${line}`),
      "  }",
    ];
  };
  const body = [
    "const bytes = (<usize>call.rows.channels) << 2;",
    "const end = <usize>min(call.rows.count, (chunk + 1) * call.rows.perChunk) * bytes;",
    "for (let row = <usize>(chunk * call.rows.perChunk) * bytes; row < end; row += bytes) {",
    "  let at: usize = 0;",
    ...loop("(bytes & ~15)", 16, LANES),
    ...loop("bytes", 4, scalars("f32")),
    "}",
  ];
  return `export function ${name}(call: ${capital(name)}Call, chunk: i32, _scratch: usize): void {\n${indented(body, 1)}}\n`;
}
