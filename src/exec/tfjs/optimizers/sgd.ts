import { type OptimizerRule, slot } from "./optimizerRule.ts";

/** Gradient descent, with Keras' momentum where it is not 0: `m = momentum * m - rate * g; w += m`. */
export const sgd: OptimizerRule = {
  slots: ({ momentum }) => (momentum === 0 ? [] : ["momentum"]),
  update({ weights, gradients, slots, learningRate, options: { momentum } }) {
    const descent = gradients.mul(learningRate);
    if (momentum === 0) return { weights: weights.sub(descent), slots: [] };
    const velocity = slot(slots, 0).mul(momentum).sub(descent);
    return { weights: weights.add(velocity), slots: [velocity.as1D()] };
  },
};
