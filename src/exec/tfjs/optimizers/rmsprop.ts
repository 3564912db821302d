import { blend, type OptimizerRule, slot } from "./optimizerRule.ts";

/** RMSprop (Tieleman and Hinton 2012) as in Keras: `v = rho v + (1 - rho) g^2; w -= rate * g / sqrt(v + epsilon)`. */
export const rmsprop: OptimizerRule = {
  slots: () => ["velocity"],
  update({ weights, gradients, slots, learningRate, options: { rho, epsilon } }) {
    const velocity = blend(slot(slots, 0), gradients.square(), rho);
    const change = gradients.mul(learningRate).div(velocity.add(epsilon).sqrt());
    return { weights: weights.sub(change), slots: [velocity] };
  },
};
