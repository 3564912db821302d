/**
 * Adadelta (Zeiler 2012, algorithm 1) as in Keras, which multiplies the paper's update by a learning rate:
 * `a = rho a + (1 - rho) g^2; d = g sqrt(b + epsilon) / sqrt(a + epsilon); b = rho b + (1 - rho) d^2; w -= rate * d`.
 */
import type { Signature } from "../signature.ts";
import {
  OPTIMIZER_INPUT_PATTERNS,
  type OptimizerEmitter,
  optimizerInputs,
  slotOf,
} from "./optimizer.ts";

export const adadeltaEmitter: OptimizerEmitter = {
  slots: () => ["accumulated_grad", "accumulated_delta_var"],
  emit(tape, operands, { rho, epsilon }) {
    tape.step({
      op: "adadelta",
      inputs: optimizerInputs(tape, operands),
      updates: {
        parameters: operands.parameters,
        accumulated_grad: slotOf(operands, "accumulated_grad"),
        accumulated_delta_var: slotOf(operands, "accumulated_delta_var"),
      },
      outputs: {},
      attributes: { rho, epsilon },
    });
  },
};

export const adadelta: Signature<"adadelta"> = {
  patterns: {
    ...OPTIMIZER_INPUT_PATTERNS,
    accumulated_grad: "@*S",
    accumulated_delta_var: "@*S",
  },
};
