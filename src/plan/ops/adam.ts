/**
 * Adam in Keras' form (Kingma and Ba 2014, with epsilon outside the bias correction). `t` counts from 1, and the betas are
 * rounded to float32 before the power, as Keras does:
 * `w -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)`.
 */
import type { Signature } from "../signature.ts";
import {
  OPTIMIZER_INPUT_PATTERNS,
  type OptimizerEmitter,
  optimizerInputs,
  slotOf,
} from "./optimizer.ts";

export const adamEmitter: OptimizerEmitter = {
  slots: () => ["momentum", "velocity"],
  emit(tape, operands, { beta1, beta2, epsilon }) {
    tape.step({
      op: "adam",
      inputs: { ...optimizerInputs(tape, operands), step: tape.inputs.step },
      updates: {
        parameters: operands.parameters,
        momentum: slotOf(operands, "momentum"),
        velocity: slotOf(operands, "velocity"),
      },
      outputs: {},
      attributes: { beta1, beta2, epsilon },
    });
  },
};

export const adam: Signature<"adam"> = {
  patterns: { ...OPTIMIZER_INPUT_PATTERNS, step: "1", momentum: "@*S", velocity: "@*S" },
};
