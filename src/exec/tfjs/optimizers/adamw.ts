import { adam } from "./adam.ts";
import type { OptimizerRule } from "./optimizerRule.ts";

/** Adam after a decay of its own, `w -= rate * decay * w` (Loshchilov and Hutter 2017), on every weight as in Keras. */
export const adamw: OptimizerRule = {
  slots: adam.slots,
  update(input) {
    const { weights, learningRate, options } = input;
    return adam.update({
      ...input,
      weights: weights.sub(weights.mul(learningRate * options.weightDecay)),
    });
  },
};
