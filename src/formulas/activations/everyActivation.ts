/** Lists every elementwise activation with parameters, for tables of cases. */
import type { ActivationParameter } from "./activation.ts";
import { ACTIVATIONS, type ElementwiseActivation } from "./registry.ts";

/** Values within the range of a small network's activations, so that inputs occur on both sides of them. */
const PARAMETERS: { readonly [P in ActivationParameter]: number } = {
  negativeSlope: 0.2,
  maxValue: 0.6,
  threshold: 0.1,
  alpha: 0.4,
};

export const EVERY_ACTIVATION: readonly ElementwiseActivation[] = Object.entries(ACTIVATIONS).map(
  ([name, { parameters }]) => {
    const given: readonly ActivationParameter[] = parameters;
    const numbers = Object.fromEntries(given.map((each) => [each, PARAMETERS[each]]));
    // The type of the table guarantees that these are the activation's name and all of its parameters.
    return (given.length === 0 ? name : { name, ...numbers }) as ElementwiseActivation;
  },
);
