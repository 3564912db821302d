/** Every activation that works number by number, for tables of cases. */
import type { ActivationParameter } from "../../formulas/activations/activation.ts";
import { ACTIVATIONS, type ElementwiseActivation } from "../../formulas/activations/registry.ts";

/** Numbers that a small network's values pass on both sides. */
const PARAMETERS: { readonly [P in ActivationParameter]: number } = {
  negativeSlope: 0.2,
  maxValue: 0.6,
  threshold: 0.1,
};

export const EVERY_ACTIVATION: readonly ElementwiseActivation[] = Object.entries(ACTIVATIONS).map(
  ([name, { parameters }]) => {
    const given: readonly ActivationParameter[] = parameters;
    const numbers = Object.fromEntries(given.map((each) => [each, PARAMETERS[each]]));
    // The table's own types say that these are the activation's name and all of its numbers.
    return (given.length === 0 ? name : { name, ...numbers }) as ElementwiseActivation;
  },
);
