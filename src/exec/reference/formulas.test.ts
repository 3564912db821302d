/** Compares activations and optimisers with values from Keras: both those written by hand in float64 and the formulas. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { needsInput } from "../../formulas/activations/activation.ts";
import { EVERY_ACTIVATION } from "../../formulas/activations/everyActivation.ts";
import {
  ACTIVATIONS,
  activationFormula,
  activationKind,
  activationParameters,
} from "../../formulas/activations/registry.ts";
import { arithmetic, interpret } from "../../formulas/expression.ts";
import {
  coefficientsOf,
  formulaFor,
  kerasCoefficients,
} from "../../formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../../formulas/optimizers/registry.ts";
import { OPTIMIZER_WORDS, type OptimizerKind } from "../../formulas/optimizers/words.ts";
import { handOf } from "./activation.ts";
import { runStep } from "./kernels.ts";

const numbers = v.array(v.number());
const activationGolden = v.object({
  activation: v.union([v.string(), v.looseObject({ name: v.string() })]),
  x: numbers,
  y: numbers,
  slope: numbers,
});
const optimizerGolden = v.object({
  optimizer: v.string(),
  arguments: v.record(v.string(), v.union([v.number(), v.boolean()])),
  initial: numbers,
  gradients: v.array(numbers),
  weights: v.array(numbers),
});

/** Returns every golden in a folder, by the name of its file. */
function goldens<T>(folder: string, schema: v.GenericSchema<unknown, T>): readonly [string, T][] {
  const path = fileURLToPath(new URL(`../../../goldens/${folder}/`, import.meta.url));
  return readdirSync(path)
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name, v.parse(schema, JSON.parse(readFileSync(path + name, "utf8")))]);
}

/** The largest difference of two lists, relative to the expected number where that is above 1. */
function distance(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return ours.reduce((found, value, at) => {
    const expected = theirs[at] ?? Number.NaN;
    const off = Math.abs(value - expected) / Math.max(1, Math.abs(expected));
    return Number.isNaN(off) || off > found ? off : found;
  }, 0);
}

describe("activations", () => {
  const all = goldens("activations", activationGolden);

  test("have a golden each", () => {
    const kinds = all.map(([, { activation }]) =>
      typeof activation === "string" ? activation : activation.name,
    );
    expect(new Set(kinds)).toEqual(new Set(Object.keys(ACTIVATIONS)));
  });

  test.each(all)("give the values and slopes of Keras: %s", (_name, golden) => {
    const kind = typeof golden.activation === "string" ? golden.activation : golden.activation.name;
    const like = EVERY_ACTIVATION.find((each) => activationKind(each) === kind);
    if (like === undefined) throw new Error(`there is no activation ${kind}`);
    const activation = typeof like === "string" ? like : Object.assign({}, like, golden.activation);
    const hand = handOf(activation);
    const formula = activationFormula(activation);
    const evaluate = (expression: typeof formula.value, names: Readonly<Record<string, number>>) =>
      interpret(
        expression,
        (leaf) => (typeof leaf === "number" ? leaf : (names[leaf] ?? Number.NaN)),
        arithmetic(Number.NaN),
      );
    const given = activationParameters(activation);
    const values = golden.x.map((x) => evaluate(formula.value, { ...given, x }));
    const from = needsInput(formula) ? golden.x : golden.y;
    expect(
      distance(
        golden.x.map((x) => hand.value(x, activation)),
        golden.y,
      ),
    ).toBeLessThan(1e-7);
    expect(
      distance(
        from.map((place) => hand.slope(place, activation)),
        golden.slope,
      ),
    ).toBeLessThan(1e-7);
    // The formulas' error function has seven correct digits.
    expect(distance(values, golden.y)).toBeLessThan(2e-6);
    const slopes = from.map((place) => evaluate(formula.slope, { ...given, x: place, y: place }));
    expect(distance(slopes, golden.slope)).toBeLessThan(2e-6);
  });
});

const KERAS_NAMES = {
  momentum: "momentum",
  weightDecay: "weight_decay",
  beta1: "beta_1",
  beta2: "beta_2",
  rho: "rho",
  epsilon: "epsilon",
} as const;

describe("optimisers", () => {
  const all = goldens("optimizers", optimizerGolden);

  test("have a golden each", () => {
    const kinds = all.map(([, { optimizer }]) => optimizer);
    expect(new Set(kinds)).toEqual(new Set(Object.keys(OPTIMIZERS)));
  });

  test("keep as many vectors as the estimate of memory counts", () => {
    for (const [kind, { vectors }] of Object.entries(OPTIMIZER_WORDS))
      expect(Object.keys(OPTIMIZERS[kind as OptimizerKind].slots), kind).toHaveLength(vectors);
  });

  test.each(all)("take the steps of Keras: %s", (_name, golden) => {
    const kind = Object.keys(OPTIMIZER_WORDS).find((each) => each === golden.optimizer);
    const coefficients = { ...kerasCoefficients(OPTIMIZERS[kind as OptimizerKind]) };
    for (const [ours, theirs] of Object.entries(KERAS_NAMES))
      Object.assign(
        coefficients,
        theirs in golden.arguments && { [ours]: golden.arguments[theirs] },
      );
    const op = kind as OptimizerKind;
    const formula = formulaFor(OPTIMIZERS[op], { momentum: coefficients.momentum });
    const weights = Float64Array.from(golden.initial);
    const gradients = new Float64Array(weights.length);
    const learningRate = Float64Array.of(Number(golden.arguments.learning_rate));
    const step = Float64Array.of(0);
    const slots = Object.keys(formula.slots).map(() => new Float64Array(weights.length));
    const buffers = [weights, gradients, learningRate, step, ...slots];
    const values = (id: number) => buffers[id] ?? new Float64Array();
    const memory = {
      values,
      shape: (id: number) => [values(id).length],
    };
    for (const [index, gradient] of golden.gradients.entries()) {
      gradients.set(gradient);
      step[0] = index;
      runStep(
        {
          op,
          layer: "",
          phase: "update",
          inputs: { gradients: [1], learningRate: 2, step: 3 },
          updates: {
            parameters: [0],
            ...Object.fromEntries(
              Object.keys(formula.slots).map((name, slot) => [name, [4 + slot]]),
            ),
          },
          outputs: {},
          attributes: coefficientsOf(formula, coefficients),
        },
        memory,
      );
      expect(distance([...weights], golden.weights[index] ?? [])).toBeLessThan(3e-6);
    }
  });
});
