/** Every elementwise activation, by Keras' name. To add one, add a file and one line here. */
import type { ActivationFormula } from "./activation.ts";
import { elu } from "./elu.ts";
import { gelu } from "./gelu.ts";
import { geluTanh } from "./geluTanh.ts";
import { hardSigmoid } from "./hardSigmoid.ts";
import { hardSigmoidKeras2 } from "./hardSigmoidKeras2.ts";
import { hardSilu } from "./hardSilu.ts";
import { leakyRelu } from "./leakyRelu.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { reluLayer } from "./reluLayer.ts";
import { selu } from "./selu.ts";
import { sigmoid } from "./sigmoid.ts";
import { silu } from "./silu.ts";
import { softplus } from "./softplus.ts";
import { hyperbolicTangent } from "./tanh.ts";

export const ACTIVATIONS = {
  relu,
  elu,
  silu,
  LeakyReLU: leakyRelu,
  sigmoid,
  tanh: hyperbolicTangent,
  gelu,
  gelu_tanh: geluTanh,
  hard_sigmoid: hardSigmoid,
  hard_sigmoid_keras2: hardSigmoidKeras2,
  hard_silu: hardSilu,
  selu,
  softplus,
  relu6,
  ReLU: reluLayer,
};

export type ElementwiseKind = keyof typeof ACTIVATIONS;

type ParameterOf<K extends ElementwiseKind> = (typeof ACTIVATIONS)[K]["parameters"][number];

/** The name alone, or a record of the name and the parameters where the activation takes any. */
type ElementwiseOf<K extends ElementwiseKind> = [ParameterOf<K>] extends [never]
  ? K
  : { readonly name: K } & { readonly [P in ParameterOf<K>]: number };
/** An elementwise activation as plain data, as a layer's configuration contains it. */
export type ElementwiseActivation = { [K in ElementwiseKind]: ElementwiseOf<K> }[ElementwiseKind];

export function activationKind(
  activation: ElementwiseKind | { readonly name: ElementwiseKind },
): ElementwiseKind {
  return typeof activation === "string" ? activation : activation.name;
}

export function activationFormula(activation: ElementwiseActivation): ActivationFormula {
  return ACTIVATIONS[activationKind(activation)];
}

/** Returns the activation's parameters by name. */
export function activationParameters(
  activation: ElementwiseActivation,
): Readonly<Record<string, number>> {
  const given: Readonly<Record<string, string | number>> =
    typeof activation === "string" ? {} : activation;
  return Object.fromEntries(
    activationFormula(activation).parameters.map((name) => [name, Number(given[name])]),
  );
}
