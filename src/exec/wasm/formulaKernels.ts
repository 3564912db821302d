/**
 * The kernels that the build prints from formulas, as rows of the table of kernels: one for each optimiser, and two for each
 * activation that works number by number (its value, and its slope times a gradient).
 */
import { ACTIVATIONS, type ElementwiseKind } from "../../formulas/activations/registry.ts";
import { forEachOptimizer } from "../../settings/optimizers.ts";

/**
 * `learningRate`, `gradientFactor` and `step` are addresses of one number each. The slots are the vectors that the optimiser
 * keeps, in the order of its formula, and so are the constants.
 */
const UPDATE = {
  weights: "address",
  gradients: "address",
  numbers: "numberRange",
  learningRate: "address",
  gradientFactor: "optionalAddress",
  step: "optionalAddress",
  slot0: "optionalAddress",
  slot1: "optionalAddress",
  constants: { listOf: "f32" },
} as const;

const VALUE = {
  x: "address",
  y: "address",
  numbers: "numberRange",
  parameters: { listOf: "f32" },
} as const;

/** `from` is the activation's input or its output, whichever its slope is computed from. */
const SLOPE = {
  dy: "address",
  from: "address",
  dx: "address",
  numbers: "numberRange",
  parameters: { listOf: "f32" },
} as const;

type ValueName = `${ElementwiseKind}Value`;
type SlopeName = `${ElementwiseKind}Slope`;

export function valueName(kind: ElementwiseKind): ValueName {
  return `${kind}Value`;
}

export function slopeName(kind: ElementwiseKind): SlopeName {
  return `${kind}Slope`;
}

export const OPTIMIZER_KERNELS = forEachOptimizer(
  () => ({ file: "generated/optimizers", arguments: UPDATE }) as const,
);

/** The hand-written kernels compute fused activations while they load or write a map. */
export const PRINTED_ACTIVATIONS = Object.entries(ACTIVATIONS).flatMap(([name, formula]) =>
  formula.fused ? [] : [{ kind: name as ElementwiseKind, formula }],
);

const activation = <const A>(taken: A) => ({ file: "generated/activations", arguments: taken });

export const ACTIVATION_KERNELS = Object.fromEntries(
  PRINTED_ACTIVATIONS.flatMap(({ kind }) => [
    [valueName(kind), activation(VALUE)],
    [slopeName(kind), activation(SLOPE)],
  ]),
) as Readonly<
  Record<ValueName, ReturnType<typeof activation<typeof VALUE>>> &
    Record<SlopeName, ReturnType<typeof activation<typeof SLOPE>>>
>;
