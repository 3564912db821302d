/**
 * Layers for activations that TensorFlow.js lacks or computes differently. Their value and derivative follow their formulas.
 */
import * as tf from "@tensorflow/tfjs";
import { type ActivationFormula, needsInput } from "../../formulas/activations/activation.ts";
import {
  activationFormula,
  activationParameters,
  type ElementwiseActivation,
} from "../../formulas/activations/registry.ts";
import type { Activation } from "../../network/graph.ts";
import { evaluateFormula } from "../tensorFormula.ts";
import { OneTensorLayer } from "./oneTensor.ts";

/** The activations that TensorFlow.js computes as Keras does and differentiates itself. */
export type NativeActivation = "linear" | "softmax" | "relu" | "elu";

export function isNative(activation: Activation): activation is NativeActivation {
  return (
    activation === "linear" ||
    activation === "softmax" ||
    activation === "relu" ||
    activation === "elu"
  );
}

/** Returns what a layer of TensorFlow.js computes itself; any other activation follows as a separate layer. */
export function nativeOrNone(activation: Activation): NativeActivation {
  return isNative(activation) ? activation : "linear";
}

export class Pointwise extends OneTensorLayer {
  static readonly className = "Pointwise";
  readonly #activation: ElementwiseActivation;

  constructor(name: string, activation: ElementwiseActivation) {
    super({ name });
    this.#activation = activation;
  }

  protected override compute(input: tf.Tensor): tf.Tensor {
    return activate(input, this.#activation);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), activation: JSON.stringify(this.#activation) };
  }
}

/**
 * Uses the formula's own derivative, because automatic differentiation would also propagate through the branch that was not
 * taken.
 */
function activate(input: tf.Tensor, activation: ElementwiseActivation): tf.Tensor {
  const formula: ActivationFormula = activationFormula(activation);
  const numbers = activationParameters(activation);
  const withGradient = tf.customGrad((x, save) => {
    if (!(x instanceof tf.Tensor) || typeof save !== "function")
      throw new RangeError("an activation takes one tensor");
    const y = tensorOf(evaluateFormula(formula.value, { ...numbers, x }), x);
    save([needsInput(formula) ? x : y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, [from = dy]: tf.Tensor[]) => {
        const slope = evaluateFormula(formula.slope, { ...numbers, x: from, y: from });
        return dy.mul(slope);
      },
    };
  });
  return withGradient(input);
}

function tensorOf(value: tf.Tensor | number, like: tf.Tensor): tf.Tensor {
  return typeof value === "number" ? tf.fill(like.shape, value) : value;
}
