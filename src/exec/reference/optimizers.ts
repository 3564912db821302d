/** Optimisers written by hand in float64. The other engines print theirs from formulas and are compared with these. */
import type { OptimizerCoefficients } from "../../formulas/optimizers/optimizer.ts";
import { forEachOptimizer, type OptimizerKind } from "../../settings/optimizers.ts";
import type { Kernel } from "./kernel.ts";

interface Given extends OptimizerCoefficients {
  readonly learningRate: number;
  /** Counted from 1. */
  readonly step: number;
}

/**
 * Updates one number of a weight.
 *
 * @param gradient after clipping.
 * @param slots the vectors that are kept, in the order of the formula.
 */
type Rule = (
  gradient: number,
  at: number,
  weights: Float64Array,
  slots: readonly Float64Array[],
  given: Given,
) => void;

const RULES: { readonly [K in OptimizerKind]: Rule } = {
  adam: (gradient, at, weights, slots, given) =>
    updateAdam(gradient, at, weights, slots, { ...given, weightDecay: 0 }),
  adamw: updateAdam,
  sgd(gradient, at, weights, [slot], { learningRate, momentum }) {
    const change = (slot?.[at] ?? 0) * momentum - learningRate * gradient;
    if (slot !== undefined) slot[at] = change;
    weights[at] = (weights[at] as number) + change;
  },
  rmsprop(gradient, at, weights, [velocity], { learningRate, rho, epsilon }) {
    const scale = Math.sqrt(blend(velocity, at, gradient ** 2, rho) + epsilon);
    weights[at] = (weights[at] as number) - (learningRate * gradient) / scale;
  },
  adadelta(gradient, at, weights, [gradients, changes], { learningRate, rho, epsilon }) {
    const size = Math.sqrt(blend(gradients, at, gradient ** 2, rho) + epsilon);
    const change = (gradient * Math.sqrt((changes?.[at] ?? 0) + epsilon)) / size;
    blend(changes, at, change ** 2, rho);
    weights[at] = (weights[at] as number) - learningRate * change;
  },
  adagrad(gradient, at, weights, [accumulator], { learningRate, epsilon }) {
    if (accumulator === undefined) throw new RangeError("a vector of the optimiser is missing");
    const sum = (accumulator[at] as number) + gradient ** 2;
    accumulator[at] = sum;
    weights[at] =
      (weights[at] as number) - (learningRate * gradient) / Math.sqrt(sum + 0.1 + epsilon);
  },
  nadam(gradient, at, weights, [momentum, velocity], given) {
    const { learningRate, step, beta1, beta2, epsilon } = given;
    const momentumOf = (t: number) => beta1 * (1 - 0.5 * 0.96 ** t);
    let product = 1;
    for (let t = 1; t <= step; t += 1) product *= momentumOf(t);
    const [now, next] = [momentumOf(step), momentumOf(step + 1)];
    const first = blend(momentum, at, gradient, beta1);
    const second = blend(velocity, at, gradient ** 2, beta2);
    const hat = (next * first) / (1 - product * next) + ((1 - now) * gradient) / (1 - product);
    const size = Math.sqrt(second / (1 - Math.fround(beta2) ** step));
    weights[at] = (weights[at] as number) - (learningRate * hat) / (size + epsilon);
  },
  adamax(gradient, at, weights, [momentum, sizes], given) {
    const { learningRate, step, beta1, beta2, epsilon } = given;
    const first = blend(momentum, at, gradient, beta1);
    const size = Math.max(beta2 * (sizes?.[at] ?? 0), Math.abs(gradient));
    if (sizes !== undefined) sizes[at] = size;
    const rate = learningRate / (1 - Math.fround(beta1) ** step);
    weights[at] = (weights[at] as number) - (rate * first) / (size + epsilon);
  },
  lion(gradient, at, weights, [momentum], { learningRate, beta1, beta2 }) {
    const direction = Math.sign((momentum?.[at] ?? 0) * beta1 + gradient * (1 - beta1));
    weights[at] = (weights[at] as number) - learningRate * direction;
    blend(momentum, at, gradient, beta2);
  },
  nesterov(gradient, at, weights, [slot], { learningRate, momentum }) {
    const change = (slot?.[at] ?? 0) * momentum - learningRate * gradient;
    if (slot !== undefined) slot[at] = change;
    weights[at] = (weights[at] as number) + change * momentum - learningRate * gradient;
  },
};

/** The decay comes first, so that Adam starts from the decayed weight. */
function updateAdam(
  gradient: number,
  at: number,
  weights: Float64Array,
  [momentum, velocity]: readonly Float64Array[],
  { learningRate, step, beta1, beta2, epsilon, weightDecay }: Given,
): void {
  const correction1 = 1 - Math.fround(beta1) ** step;
  const correction2 = 1 - Math.fround(beta2) ** step;
  const rate = (learningRate * Math.sqrt(correction2)) / correction1;
  const weight = weights[at] as number;
  const first = blend(momentum, at, gradient, beta1);
  const second = blend(velocity, at, gradient ** 2, beta2);
  weights[at] =
    weight - learningRate * weightDecay * weight - (rate * first) / (Math.sqrt(second) + epsilon);
}

/** Sets `slot[at]` to `slot[at] * share + value * (1 - share)` and returns it. */
function blend(slot: Float64Array | undefined, at: number, value: number, share: number): number {
  if (slot === undefined) throw new RangeError("a vector of the optimiser is missing");
  const next = (slot[at] as number) * share + value * (1 - share);
  slot[at] = next;
  return next;
}

export const optimizerKernels = forEachOptimizer((kind): Kernel<OptimizerKind> => {
  const rule = RULES[kind];
  return (operands, attributes) => {
    const { gradients, learningRate, gradientFactor, step, parameters, ...slots } = operands;
    const given: Given = {
      ...UNREAD,
      ...attributes,
      learningRate: learningRate[0] ?? Number.NaN,
      step: (step?.[0] ?? Number.NaN) + 1,
    };
    const factor = gradientFactor?.[0] ?? 1;
    const lists: readonly (readonly Float64Array[])[] = Object.values(slots);
    gradients.forEach((gradient, index) => {
      const weights = parameters[index];
      if (weights === undefined) throw new RangeError("a weight of the optimiser is missing");
      const own = lists.flatMap((list) => list[index] ?? []);
      gradient.forEach((value, at) => {
        rule(value * factor, at, weights, own, given);
      });
    });
  };
});

const UNREAD: OptimizerCoefficients = {
  momentum: Number.NaN,
  weightDecay: Number.NaN,
  beta1: Number.NaN,
  beta2: Number.NaN,
  rho: Number.NaN,
  epsilon: Number.NaN,
};
