/** RMSprop (Tieleman and Hinton 2012) as in Keras: `v = rho v + (1 - rho) g^2; w -= rate * g / sqrt(v + epsilon)`. */
import type { Signature } from "../signature.ts";
import {
  OPTIMIZER_INPUT_PATTERNS,
  type OptimizerEmitter,
  optimizerInputs,
  slotOf,
} from "./optimizer.ts";

export const rmspropEmitter: OptimizerEmitter = {
  slots: () => ["velocity"],
  emit(tape, operands, { rho, epsilon }) {
    tape.step({
      op: "rmsprop",
      inputs: optimizerInputs(tape, operands),
      updates: { parameters: operands.parameters, velocity: slotOf(operands, "velocity") },
      outputs: {},
      attributes: { rho, epsilon },
    });
  },
};

export const rmsprop: Signature<"rmsprop"> = {
  patterns: { ...OPTIMIZER_INPUT_PATTERNS, velocity: "@*S" },
};
