/**
 * Adam with decoupled weight decay, `w -= rate * decay * w` before Adam's update (Loshchilov and Hutter 2017). As in Keras,
 * every weight decays.
 */
import type { Signature } from "../signature.ts";
import {
  OPTIMIZER_INPUT_PATTERNS,
  type OptimizerEmitter,
  optimizerInputs,
  slotOf,
} from "./optimizer.ts";

export const adamwEmitter: OptimizerEmitter = {
  slots: () => ["momentum", "velocity"],
  emit(tape, operands, { beta1, beta2, epsilon, weightDecay }) {
    tape.step({
      op: "adamw",
      inputs: { ...optimizerInputs(tape, operands), step: tape.inputs.step },
      updates: {
        parameters: operands.parameters,
        momentum: slotOf(operands, "momentum"),
        velocity: slotOf(operands, "velocity"),
      },
      outputs: {},
      attributes: { beta1, beta2, epsilon, weightDecay },
    });
  },
};

export const adamw: Signature<"adamw"> = {
  patterns: { ...OPTIMIZER_INPUT_PATTERNS, step: "1", momentum: "@*S", velocity: "@*S" },
};
