/** Every elementwise activation, by Keras' name. To add one, add a file and one line here. */
import type { ActivationFormula } from "./activation.ts";
import { elu } from "./elu.ts";
import { eluLayer } from "./eluLayer.ts";
import { exponential } from "./exponential.ts";
import { gelu } from "./gelu.ts";
import { geluTanh } from "./geluTanh.ts";
import { hardShrink } from "./hardShrink.ts";
import { hardSigmoid } from "./hardSigmoid.ts";
import { hardSigmoidKeras2 } from "./hardSigmoidKeras2.ts";
import { hardSilu } from "./hardSilu.ts";
import { hardTanh } from "./hardTanh.ts";
import { leakyRelu } from "./leakyRelu.ts";
import { logSigmoid } from "./logSigmoid.ts";
import { mish } from "./mish.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { reluLayer } from "./reluLayer.ts";
import { selu } from "./selu.ts";
import { sigmoid } from "./sigmoid.ts";
import { silu } from "./silu.ts";
import { softplus } from "./softplus.ts";
import { softShrink } from "./softShrink.ts";
import { softsign } from "./softsign.ts";
import { sparsePlus } from "./sparsePlus.ts";
import { sparseSigmoid } from "./sparseSigmoid.ts";
import { squareplus } from "./squareplus.ts";
import { hyperbolicTangent } from "./tanh.ts";
import { tanhShrink } from "./tanhShrink.ts";

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
  ELU: eluLayer,
  sparse_sigmoid: sparseSigmoid,
  sparse_plus: sparsePlus,
  squareplus,
  tanh_shrink: tanhShrink,
  soft_shrink: softShrink,
  hard_shrink: hardShrink,
  hard_tanh: hardTanh,
  log_sigmoid: logSigmoid,
  mish,
  softsign,
  exponential,
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
