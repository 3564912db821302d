/**
 * Lists the kernels that the build prints from formulas, as rows of the table of kernels: one for each optimiser, and two for
 * each elementwise activation (its value, and its derivative times a gradient).
 */
import { ACTIVATIONS, type ElementwiseKind } from "../../formulas/activations/registry.ts";
import { PRELU, type PreluOperation } from "../../formulas/prelu.ts";
import { forEachOptimizer } from "../../settings/optimizers.ts";

/**
 * `learningRate`, `gradientFactor` and `step` are addresses of one number each. Slots are the vectors that the optimiser keeps.
 * Slots and constants are in the order of its formula.
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

/** `from` is the activation's input or its output, depending on what its derivative is computed from. */
const SLOPE = {
  dy: "address",
  from: "address",
  dx: "address",
  numbers: "numberRange",
  parameters: { listOf: "f32" },
} as const;

/** `x` and `dy` are rows; `alpha` has one number for each channel. */
const PRELU_ARGUMENTS = {
  x: "address",
  alpha: "optionalAddress",
  dy: "optionalAddress",
  result: "address",
  rows: "rowRange",
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

const FORMULAS = Object.entries(ACTIVATIONS).map(([name, formula]) => ({
  kind: name as ElementwiseKind,
  formula,
}));

/** Hand-written kernels compute these while they load or write a map, with loops that the build prints. */
export const FUSED_ACTIVATIONS = FORMULAS.filter(({ formula }) => formula.fused);

/** The others have kernels of their own. */
export const PRINTED_ACTIVATIONS = FORMULAS.filter(({ formula }) => !formula.fused);

type FusedOperand = ElementwiseKind | `normalized${Capitalize<ElementwiseKind>}`;

/** Returns the kind of operand that is an activation of a stored map, or of a normalised one. */
export function fusedOperand(kind: ElementwiseKind, isNormalized: boolean): FusedOperand {
  const capital = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}` as Capitalize<ElementwiseKind>;
  return isNormalized ? `normalized${capital}` : kind;
}

const activation = <const A>(taken: A) => ({ file: "generated/activations", arguments: taken });

export const PRELU_KERNELS = Object.fromEntries(
  Object.keys(PRELU).map((name) => [name, activation(PRELU_ARGUMENTS)]),
) as Readonly<Record<PreluOperation, ReturnType<typeof activation<typeof PRELU_ARGUMENTS>>>>;

export const ACTIVATION_KERNELS = Object.fromEntries(
  PRINTED_ACTIVATIONS.flatMap(({ kind }) => [
    [valueName(kind), activation(VALUE)],
    [slopeName(kind), activation(SLOPE)],
  ]),
) as Readonly<
  Record<ValueName, ReturnType<typeof activation<typeof VALUE>>> &
    Record<SlopeName, ReturnType<typeof activation<typeof SLOPE>>>
>;
