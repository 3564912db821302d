/** Keras' names of activation functions, as the activations of this program. */
import { LARGEST_FLOAT } from "../../core/numbers.ts";
import type { Activation } from "../../network/graph.ts";
import type { Config } from "../jsonConfig.ts";
import { wrongModel } from "../modelFault.ts";
import type { KerasVersion } from "./version.ts";

/** The slope of Keras' function `leaky_relu`, the only one that this name stands for. The layer of that name has 0.3 by default. */
export const LEAKY_SLOPE = 0.2;

const SAME: Readonly<Record<string, Activation>> = {
  linear: "linear",
  softmax: "softmax",
  log_softmax: "log_softmax",
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
export function readActivation(
  config: Config,
  { version }: { readonly version: KerasVersion },
): Activation {
  const value = config.value("activation");
  if (value === undefined) return "linear";
  if (typeof value === "string") return activationNamed(value, config, version);
  const { className, inner } = functionOf(config.object("activation"));
  const asLayer = LAYERS[className];
  return asLayer === undefined ? activationNamed(className, config, version) : asLayer(inner);
}

/** Keras 3 may write `{"class_name": "function", "config": "relu"}` instead of the name, and a layer may stand for its function. */
function functionOf(activation: Config) {
  const inner = activation.value("config");
  if (typeof inner === "string") return { className: inner, inner: activation };
  const className = activation.text("class_name");
  return { className, inner: activation.with(inner ?? {}) };
}

function activationNamed(given: string, config: Config, version: KerasVersion): Activation {
  // The functions of TensorFlow are called `softmax_v2`.
  const name = snakeCase(given).replace(/_v[12]$/, "");
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

/** Layers that compute one function of each value, by their classes. */
const LAYERS: Readonly<Record<string, (config: Config) => Activation>> = {
  ReLU: reluOf,
  LeakyReLU: leakyReluOf,
  ELU: eluOf,
  Softmax: () => "softmax",
};

export function reluOf(config: Config): Activation {
  const maxValue = config.number("max_value", LARGEST_FLOAT);
  const negativeSlope = config.number("negative_slope", 0);
  const threshold = config.number("threshold", 0);
  if (negativeSlope === 0 && threshold === 0) {
    if (maxValue === LARGEST_FLOAT) return "relu";
    if (maxValue === 6) return "relu6";
  }
  return { name: "ReLU", maxValue, negativeSlope, threshold };
}

export function leakyReluOf(config: Config): Activation {
  return { name: "LeakyReLU", negativeSlope: config.number(["negative_slope", "alpha"], 0.3) };
}

export function eluOf(config: Config): Activation {
  const [alpha = 1] = config.has("alpha") ? config.numbers("alpha") : [];
  return alpha === 1 ? "elu" : { name: "ELU", alpha };
}
