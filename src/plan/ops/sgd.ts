/** Gradient descent, with Keras' momentum where it is not 0: `m = momentum * m - rate * g; w += m`. */
import type { Signature } from "../signature.ts";
import {
  OPTIMIZER_INPUT_PATTERNS,
  type OptimizerEmitter,
  optimizerInputs,
  slotOf,
} from "./optimizer.ts";

export const sgdEmitter: OptimizerEmitter = {
  slots: ({ momentum }) => (momentum === 0 ? [] : ["momentum"]),
  emit(tape, operands, { momentum }) {
    const { parameters } = operands;
    tape.step({
      op: "sgd",
      inputs: optimizerInputs(tape, operands),
      updates:
        momentum === 0 ? { parameters } : { parameters, momentum: slotOf(operands, "momentum") },
      outputs: {},
      attributes: { momentum },
    });
  },
};

export const sgd: Signature<"sgd"> = {
  patterns: { ...OPTIMIZER_INPUT_PATTERNS, momentum: "@*S" },
};
