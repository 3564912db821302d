/** Keras' names of activation functions, as the activations of this program. */
import type { Activation } from "../../network/graph.ts";
import type { Config } from "../jsonConfig.ts";
import { wrongModel } from "../modelFault.ts";
import type { KerasVersion } from "./version.ts";

/** The slope of Keras' function `leaky_relu`, the only one that this name stands for. The layer of that name has 0.3 by default. */
export const LEAKY_SLOPE = 0.2;

const SAME: Readonly<Record<string, Activation>> = {
  linear: "linear",
  softmax: "softmax",
  relu: "relu",
  elu: "elu",
  selu: "selu",
  sigmoid: "sigmoid",
  tanh: "tanh",
  softplus: "softplus",
  swish: "silu",
  silu: "silu",
  gelu: "gelu",
  relu6: "relu6",
  hard_silu: "hard_silu",
  hard_swish: "hard_silu",
  exponential: "exponential",
  softsign: "softsign",
  mish: "mish",
  log_sigmoid: "log_sigmoid",
  celu: "elu",
  hard_tanh: "hard_tanh",
  hard_shrink: "hard_shrink",
  soft_shrink: "soft_shrink",
  tanh_shrink: "tanh_shrink",
  squareplus: "squareplus",
  sparse_plus: "sparse_plus",
  sparse_sigmoid: "sparse_sigmoid",
  leaky_relu: { name: "LeakyReLU", negativeSlope: LEAKY_SLOPE },
};

/** TensorFlow.js writes `hardSigmoid` where Keras writes `hard_sigmoid`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Reads the key `activation` of a layer's configuration.
 * @throws PlaygroundError `file.invalid` for one that this program does not compute.
 */
export function readActivation(config: Config, version: KerasVersion): Activation {
  const name = activationName(config);
  if (name === "hard_sigmoid") return version.major >= 3 ? "hard_sigmoid" : "hard_sigmoid_keras2";
  const known = SAME[name];
  if (known !== undefined) return known;
  throw wrongModel(config.where, {
    rule: "the activation is not computed here",
    expected: `one of ${Object.keys(SAME).join(", ")}, hard_sigmoid`,
    got: name,
    remedy: "Replace the layer's activation in the program that made the model.",
  });
}

/** Keras 3 may write `{"class_name": "function", "config": "relu"}` instead of the name. */
function activationName(config: Config): string {
  const value = config.value("activation");
  if (value === undefined) return "linear";
  if (typeof value === "string") return snakeCase(value);
  const inner = config.object("activation");
  return snakeCase(
    typeof inner.value("config") === "string" ? inner.text("config") : inner.text("class_name"),
  );
}
