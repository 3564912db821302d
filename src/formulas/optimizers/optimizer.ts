/**
 * Defines an optimiser by Keras' formulas: how one element of a weight, and the optimiser's vectors for it, change in a step.
 */
import {
  arithmetic,
  type Expression,
  holdsOperation,
  interpret,
  type Node,
  namesIn,
  replaceParts,
} from "../expression.ts";

/** Keras' names of the coefficients that optimisers take. */
export type OptimizerCoefficient =
  | "momentum"
  | "weightDecay"
  | "beta1"
  | "beta2"
  | "rho"
  | "epsilon";
export type OptimizerCoefficients = Readonly<Record<OptimizerCoefficient, number>>;

export interface OptimizerFormula {
  /** The coefficients that the formula reads, with Keras' default values. */
  readonly coefficients: Partial<OptimizerCoefficients>;
  /** Intermediate results in order. Each may use those before it. */
  readonly values: Readonly<Record<string, Expression>>;
  /** The next value of every vector that is kept, by Keras' name. All start from 0. */
  readonly slots: Readonly<Record<string, Expression>>;
  readonly weight: Expression;
  /** Replaces the formula if the coefficient `momentum` is 0. */
  readonly withoutMomentum?: OptimizerFormula;
}

/** The names that every formula may use. Weight and gradient are those before the step; the gradient is already clipped. */
type Given = "weight" | "gradient" | "learningRate";

/** Lets the compiler check the names in the expressions. `old_velocity` is the vector `velocity` before the step. */
export function optimizer<
  C extends OptimizerCoefficient = never,
  V extends string = never,
  S extends string = never,
>(formula: {
  readonly coefficients?: Readonly<Record<C, number>>;
  readonly values?: Readonly<Record<V, Expression<NoInfer<C | V | `old_${S}`> | Given>>>;
  readonly slots?: Readonly<Record<S, Expression<NoInfer<C | V | `old_${S}`> | Given>>>;
  readonly weight: Expression<NoInfer<C | V | `old_${S}`> | Given>;
  readonly withoutMomentum?: OptimizerFormula;
}): OptimizerFormula {
  return { coefficients: {}, values: {}, slots: {}, ...formula };
}

/** Returns the formula for these coefficients, which have the names that `coefficientsOf` uses. */
export function formulaFor(
  formula: OptimizerFormula,
  { momentum }: Readonly<Record<string, number>>,
): OptimizerFormula {
  return momentum === 0 ? (formula.withoutMomentum ?? formula) : formula;
}

/** Returns Keras' default values of the coefficients that the formula reads, and 0 for all others. */
export function kerasCoefficients({ coefficients }: OptimizerFormula): OptimizerCoefficients {
  const none = { momentum: 0, weightDecay: 0, beta1: 0, beta2: 0, rho: 0, epsilon: 0 };
  return { ...none, ...coefficients };
}

/** Selects the coefficients that the formula reads. */
export function coefficientsOf(
  { coefficients }: OptimizerFormula,
  { momentum, weightDecay, beta1, beta2, rho, epsilon }: OptimizerCoefficients,
): Readonly<Record<string, number>> {
  const given = { momentum, weightDecay, beta1, beta2, rho, epsilon };
  const numbers = new Map<string, number>(Object.entries(given));
  return Object.fromEntries(
    Object.keys(coefficients).map((name) => [name, numbers.get(name) ?? Number.NaN]),
  );
}

/** Whether the formula uses the number of the step. */
export function countsSteps({ values, slots, weight }: OptimizerFormula): boolean {
  return [...Object.values(values), ...Object.values(slots), weight].some((part) =>
    holdsOperation(part, "oneMinusPower"),
  );
}

/** A formula divided by how often each part must be computed. */
export interface DividedFormula {
  /** Computed once for a plan: expressions of numbers and coefficients only. */
  readonly constants: Readonly<Record<string, Expression>>;
  /** Computed once for each step: expressions of the constants, the learning rate and the number of the step. */
  readonly uniforms: Readonly<Record<string, Expression>>;
  /** Computed for each element: expressions of all of these, `weight`, `gradient` and the slots. */
  readonly values: Readonly<Record<string, Expression>>;
  readonly slots: Readonly<Record<string, Expression>>;
  readonly weight: Expression;
}

export function divided(formula: OptimizerFormula): DividedFormula {
  const constants: Record<string, Expression> = {};
  const uniforms: Record<string, Expression> = {};
  const values: Record<string, Expression> = {};
  const coefficients = new Set(Object.keys(formula.coefficients));
  const known = new Map<Node, string>();
  const named = (part: Expression, into: Record<string, Expression>, prefix: string): string => {
    if (typeof part === "string") {
      into[part] = part;
      return part;
    }
    const before = typeof part === "object" ? known.get(part) : undefined;
    const name = before ?? `${prefix}${Object.keys(into).length}`;
    into[name] = part;
    if (typeof part === "object") known.set(part, name);
    return name;
  };
  const isConstant = (part: Expression) =>
    !holdsOperation(part, "oneMinusPower") &&
    [...namesIn(part)].every((name) => coefficients.has(name));
  const isUniform = (part: Expression) =>
    [...namesIn(part)].every(
      (name) => name in constants || name in uniforms || name === "learningRate",
    );
  const withConstants = (whole: Expression) =>
    replaceParts(whole, (part) =>
      typeof part !== "number" && isConstant(part) && namesIn(part).size > 0
        ? named(part, constants, "constant")
        : undefined,
    );
  const withUniforms = (whole: Expression) =>
    replaceParts(whole, (part) =>
      typeof part === "object" && isUniform(part) ? named(part, uniforms, "uniform") : undefined,
    );
  for (const [name, whole] of Object.entries(formula.values)) {
    const part = withConstants(whole);
    if (isUniform(part)) uniforms[name] = part;
    else values[name] = withUniforms(part);
  }
  const rest = (whole: Expression) => withUniforms(withConstants(whole));
  const slots = Object.entries(formula.slots).map(([name, next]) => [name, rest(next)]);
  const weight = rest(formula.weight);
  return { constants, uniforms, values, slots: Object.fromEntries(slots), weight };
}

/** Returns the values of the constants. */
export function constantsOf(
  { constants }: DividedFormula,
  coefficients: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const leaf = (leaf: number | string) =>
    typeof leaf === "number" ? leaf : (coefficients[leaf] ?? Number.NaN);
  const value = (expression: Expression) => interpret(expression, leaf, arithmetic(Number.NaN));
  return Object.fromEntries(
    Object.entries(constants).map(([name, expression]) => [name, value(expression)]),
  );
}
