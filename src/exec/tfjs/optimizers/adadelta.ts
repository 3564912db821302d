import { blend, type OptimizerRule, slot } from "./optimizerRule.ts";

/** Adadelta (Zeiler 2012, algorithm 1) as in Keras, which multiplies the paper's change by a learning rate. */
export const adadelta: OptimizerRule = {
  slots: () => ["accumulated_grad", "accumulated_delta_var"],
  update({ weights, gradients, slots, learningRate, options: { rho, epsilon } }) {
    const accumulatedGradient = blend(slot(slots, 0), gradients.square(), rho);
    const change = gradients
      .mul(slot(slots, 1).add(epsilon).sqrt())
      .div(accumulatedGradient.add(epsilon).sqrt())
      .as1D();
    const accumulatedChange = blend(slot(slots, 1), change.square(), rho);
    return {
      weights: weights.sub(change.mul(learningRate)),
      slots: [accumulatedGradient, accumulatedChange],
    };
  },
};
