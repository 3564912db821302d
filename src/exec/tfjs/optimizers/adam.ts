import { blend, type OptimizerRule, slot } from "./optimizerRule.ts";

/**
 * Adam in Keras' form (Kingma and Ba 2014, the variant before section 2.1 with epsilon outside the correction):
 * `w -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)`.
 */
export const adam: OptimizerRule = {
  slots: () => ["momentum", "velocity"],
  update({ weights, gradients, slots, learningRate, step, options: { beta1, beta2, epsilon } }) {
    const momentum = blend(slot(slots, 0), gradients, beta1);
    const velocity = blend(slot(slots, 1), gradients.square(), beta2);
    // Keras raises betas that were rounded to float32.
    const correction1 = 1 - Math.fround(beta1) ** step;
    const correction2 = 1 - Math.fround(beta2) ** step;
    const rate = (learningRate * Math.sqrt(correction2)) / correction1;
    const change = momentum.mul(rate).div(velocity.sqrt().add(epsilon));
    return { weights: weights.sub(change), slots: [momentum, velocity] };
  },
};
