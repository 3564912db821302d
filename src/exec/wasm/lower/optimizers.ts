/** The optimisers: one call a weight, after the factor that clips all gradients together. */
import type { BufferId } from "../../../plan/buffers.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Call, Lower, Lowering } from "./lowering.ts";

type Ids = readonly BufferId[];

/** Of each weight: the addresses in `lists` at its place, then its size. */
function forEachWeight<C>(
  lists: readonly Ids[],
  { optional, size }: Lowering,
  callOf: (weight: readonly number[]) => C,
): readonly C[] {
  const [weights = []] = lists;
  return weights.map((id, index) =>
    callOf([...lists.map((list) => optional(list[index])), size(id)]),
  );
}

export const adam: Lower<"adam"> = (step, lowering) => adamCalls(step, 0, lowering);
export const adamw: Lower<"adamw"> = (step, lowering) =>
  adamCalls(step, step.attributes.weightDecay, lowering);

function adamCalls(
  { inputs, updates, attributes }: StepOf<"adam"> | StepOf<"adamw">,
  weightDecay: number,
  lowering: Lowering,
): readonly Call[] {
  const { address, optional } = lowering;
  const { beta1, beta2, epsilon } = attributes;
  const lists = [updates.parameters, inputs.gradients, updates.momentum, updates.velocity];
  const given = [address(inputs.learningRate), address(inputs.step)];
  const factor = optional(inputs.gradientFactor);
  const shares = [factor, beta1, beta2, epsilon, weightDecay];
  return forEachWeight(lists, lowering, (weight) => ({
    kernel: "adam" as const,
    args: [...weight, ...given, ...shares],
  }));
}

export const sgd: Lower<"sgd"> = ({ inputs, updates, attributes: { momentum } }, lowering) => {
  const { address, optional } = lowering;
  const lists = [updates.parameters, inputs.gradients, updates.momentum ?? []];
  const given = [address(inputs.learningRate), optional(inputs.gradientFactor), momentum];
  return forEachWeight(lists, lowering, (weight) => ({
    kernel: "sgd" as const,
    args: [...weight, ...given],
  }));
};

export const rmsprop: Lower<"rmsprop"> = (
  { inputs, updates, attributes: { rho, epsilon } },
  lowering,
) => {
  const { address, optional } = lowering;
  const lists = [updates.parameters, inputs.gradients, updates.velocity];
  const given = [address(inputs.learningRate), optional(inputs.gradientFactor), rho, epsilon];
  return forEachWeight(lists, lowering, (weight) => ({
    kernel: "rmsprop" as const,
    args: [...weight, ...given],
  }));
};

export const adadelta: Lower<"adadelta"> = (
  { inputs, updates, attributes: { rho, epsilon } },
  lowering,
) => {
  const { address, optional } = lowering;
  const slots = [updates.accumulated_grad, updates.accumulated_delta_var];
  const lists = [updates.parameters, inputs.gradients, ...slots];
  const given = [address(inputs.learningRate), optional(inputs.gradientFactor), rho, epsilon];
  return forEachWeight(lists, lowering, (weight) => ({
    kernel: "adadelta" as const,
    args: [...weight, ...given],
  }));
};

/** The sum of squares is one float64 in scratch memory. */
export const clipFactor: Lower<"clipFactor"> = (
  { inputs, outputs, attributes: { clipNorm } },
  { address, size, scratch },
) => {
  const total = scratch(2);
  return [
    { kernel: "clearValues", args: [total, 2] },
    ...inputs.gradients.map((id) => ({
      kernel: "addSquares" as const,
      args: [address(id), size(id), total],
    })),
    { kernel: "clipFactor", args: [total, clipNorm, address(outputs.factor)] },
  ];
};
