/** What an optimiser is: how one number of a weight, and what is kept of it, changes in a step. Keras' formulas. */
import {
  arithmetic,
  type Expression,
  holdsOperation,
  interpret,
  type Node,
  namesIn,
  replaceParts,
} from "../expression.ts";

/** Keras' words for the numbers that optimisers take. */
export type OptimizerCoefficient =
  | "momentum"
  | "weightDecay"
  | "beta1"
  | "beta2"
  | "rho"
  | "epsilon";
export type OptimizerCoefficients = Readonly<Record<OptimizerCoefficient, number>>;

export interface OptimizerFormula {
  /** What it reads, with Keras' default values. */
  readonly coefficients: Partial<OptimizerCoefficients>;
  /** Intermediate results in order; each may use those before it. */
  readonly values: Readonly<Record<string, Expression>>;
  /** The next number of every vector that is kept, under Keras' name; all start from 0. */
  readonly slots: Readonly<Record<string, Expression>>;
  readonly weight: Expression;
  /** Takes the formula's place where the coefficient `momentum` is 0. */
  readonly withoutMomentum?: OptimizerFormula;
}

/** What every formula may use: the weight and its gradient after clipping, both before the step. */
type Given = "weight" | "gradient" | "learningRate";

/** Checks the names in the expressions: the vector `velocity` holds `old_velocity` before the step. */
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

/** The formula for these coefficients, as `coefficientsOf` names them. */
export function formulaFor(
  formula: OptimizerFormula,
  { momentum }: Readonly<Record<string, number>>,
): OptimizerFormula {
  return momentum === 0 ? (formula.withoutMomentum ?? formula) : formula;
}

/** Keras' default values for the formula, and 0 for what it does not read. */
export function kerasCoefficients({ coefficients }: OptimizerFormula): OptimizerCoefficients {
  const none = { momentum: 0, weightDecay: 0, beta1: 0, beta2: 0, rho: 0, epsilon: 0 };
  return { ...none, ...coefficients };
}

/** Those of the numbers that the formula reads. */
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

/** Whether the formula asks for the number of the step. */
export function countsSteps({ values, slots, weight }: OptimizerFormula): boolean {
  return [...Object.values(values), ...Object.values(slots), weight].some((part) =>
    holdsOperation(part, "oneMinusPower"),
  );
}

/** A formula divided by how often each part has to be computed. */
export interface DividedFormula {
  /** Once a plan: expressions of numbers and coefficients alone. */
  readonly constants: Readonly<Record<string, Expression>>;
  /** Once a step: expressions of constants, the learning rate and the step's number. */
  readonly uniforms: Readonly<Record<string, Expression>>;
  /** For every number: expressions of all of these, `weight`, `gradient` and the slots. */
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

/** The values of the constants. */
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
