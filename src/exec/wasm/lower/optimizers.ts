/** The optimisers, and the factor that clips all gradients together. */
import type { StepOf } from "../../../plan/step.ts";
import type { Call } from "../kernelCalls.ts";
import { numberChunks } from "./chunks.ts";
import type { Lower, Lowering } from "./lowering.ts";
import { runsOf } from "./runs.ts";

type Update = StepOf<"adam" | "adamw" | "sgd" | "rmsprop" | "adadelta">;

/**
 * One call for each run of weights, with the arguments that all optimisers have in common.
 *
 * @param slotsAt addresses of what the optimiser remembers for the weights of a place.
 */
function updateRuns<Slots extends Readonly<Record<string, number>>>(
  { inputs, updates }: Update,
  slotsAt: (place: number) => Slots,
  lowering: Lowering,
) {
  const { address, optional } = lowering;
  const learningRate = address(inputs.learningRate);
  const gradientFactor = optional(inputs.gradientFactor);
  const addressesAt = (place: number) => ({
    weights: optional(updates.parameters[place]),
    gradients: optional(inputs.gradients[place]),
    ...slotsAt(place),
  });
  return runsOf(updates.parameters, addressesAt, lowering).map(({ addresses, count }) => {
    const { numbers, chunks } = numberChunks(count);
    return { chunks, common: { ...addresses, numbers, learningRate, gradientFactor } };
  });
}

export const adam: Lower<"adam"> = (step, lowering) => updateAdam(step, 0, lowering);
export const adamw: Lower<"adamw"> = (step, lowering) =>
  updateAdam(step, step.attributes.weightDecay, lowering);

function updateAdam(
  update: StepOf<"adam"> | StepOf<"adamw">,
  weightDecay: number,
  lowering: Lowering,
): readonly Call[] {
  const { inputs, updates, attributes } = update;
  const { beta1, beta2, epsilon } = attributes;
  const step = lowering.address(inputs.step);
  const slotsAt = (place: number) => ({
    momentum: lowering.optional(updates.momentum[place]),
    velocity: lowering.optional(updates.velocity[place]),
  });
  const shares = { beta1, oneMinusBeta1: 1 - beta1, beta2, oneMinusBeta2: 1 - beta2 };
  return updateRuns(update, slotsAt, lowering).map(({ chunks, common }) => {
    const call = { ...common, step, ...shares, epsilon, weightDecay };
    return { kernel: "adam", chunks, arguments: call };
  });
}

export const sgd: Lower<"sgd"> = (step, lowering) => {
  const { updates, attributes } = step;
  const slotsAt = (place: number) => ({ velocity: lowering.optional(updates.momentum?.[place]) });
  return updateRuns(step, slotsAt, lowering).map(({ chunks, common }) => {
    const call = { ...common, momentum: attributes.momentum };
    return { kernel: "sgd", chunks, arguments: call };
  });
};

export const rmsprop: Lower<"rmsprop"> = (step, lowering) => {
  const { updates, attributes } = step;
  const { rho, epsilon } = attributes;
  const slotsAt = (place: number) => ({ velocity: lowering.optional(updates.velocity[place]) });
  return updateRuns(step, slotsAt, lowering).map(({ chunks, common }) => {
    const call = { ...common, rho, oneMinusRho: 1 - rho, epsilon };
    return { kernel: "rmsprop", chunks, arguments: call };
  });
};

export const adadelta: Lower<"adadelta"> = (step, lowering) => {
  const { updates, attributes } = step;
  const { rho, epsilon } = attributes;
  const slotsAt = (place: number) => ({
    accumulatedGradients: lowering.optional(updates.accumulated_grad[place]),
    accumulatedChanges: lowering.optional(updates.accumulated_delta_var[place]),
  });
  return updateRuns(step, slotsAt, lowering).map(({ chunks, common }) => {
    const call = { ...common, rho, oneMinusRho: 1 - rho, epsilon };
    return { kernel: "adadelta", chunks, arguments: call };
  });
};

/** The parts of the sum of squares are float64 numbers, each as large as two of float32. */
export const clipFactor: Lower<"clipFactor"> = (
  { inputs, outputs, attributes: { clipNorm } },
  lowering,
) => {
  const valuesAt = (place: number) => ({ values: lowering.optional(inputs.gradients[place]) });
  const runs = runsOf(inputs.gradients, valuesAt, lowering).map(({ addresses, count }) => ({
    ...addresses,
    ...numberChunks(count),
  }));
  const numParts = runs.reduce((total, { chunks }) => total + chunks, 0);
  const parts = lowering.shared(2 * numParts);
  let next = parts;
  const squares = runs.map(({ values, numbers, chunks }): Call => {
    const call = { values, numbers, parts: next };
    next += 8 * chunks;
    return { kernel: "sumSquares", chunks, arguments: call };
  });
  const factor = lowering.address(outputs.factor);
  const call = { parts, numParts, clipNorm, factor };
  return [...squares, { kernel: "clipFactor", chunks: 1, arguments: call }];
};
