/** The optimisers, and the factor that clips all gradients together. */
import type { BufferId } from "../../../plan/buffers.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { KernelName } from "../kernelModule.ts";
import { type Argument, type Call, f32, type Lower, type Lowering } from "./lowering.ts";
import { runChunks, runsOf } from "./runs.ts";

/** One call for each run of weights, in the order that the kernels have in common: vectors, count, chunk, then the rest. */
function updateRuns(
  kernel: KernelName,
  lists: readonly (readonly BufferId[])[],
  rest: readonly Argument[],
  lowering: Lowering,
): readonly Call[] {
  return runsOf(lists, lowering).map(({ addresses, count }) => {
    const { perChunk, chunks } = runChunks(count);
    return { kernel, chunks, args: [...addresses, count, perChunk, ...rest] };
  });
}

/** A share and what is left of it, both rounded from float64. */
const shares = (share: number) => [f32(share), f32(1 - share)];

export const adam: Lower<"adam"> = (step, lowering) => updateAdam(step, 0, lowering);
export const adamw: Lower<"adamw"> = (step, lowering) =>
  updateAdam(step, step.attributes.weightDecay, lowering);

function updateAdam(
  { inputs, updates, attributes }: StepOf<"adam"> | StepOf<"adamw">,
  weightDecay: number,
  lowering: Lowering,
): readonly Call[] {
  const { address, optional } = lowering;
  const { beta1, beta2, epsilon } = attributes;
  const lists = [updates.parameters, inputs.gradients, updates.momentum, updates.velocity];
  const given = [address(inputs.learningRate), address(inputs.step)];
  const factors = [...shares(beta1), ...shares(beta2), f32(epsilon), f32(weightDecay)];
  const rest = [...given, optional(inputs.gradientFactor), ...factors];
  return updateRuns("adam", lists, rest, lowering);
}

export const sgd: Lower<"sgd"> = ({ inputs, updates, attributes: { momentum } }, lowering) => {
  const { address, optional } = lowering;
  const lists = [updates.parameters, inputs.gradients, updates.momentum ?? []];
  const rest = [address(inputs.learningRate), optional(inputs.gradientFactor), f32(momentum)];
  return updateRuns("sgd", lists, rest, lowering);
};

export const rmsprop: Lower<"rmsprop"> = (
  { inputs, updates, attributes: { rho, epsilon } },
  lowering,
) => {
  const { address, optional } = lowering;
  const lists = [updates.parameters, inputs.gradients, updates.velocity];
  const given = [address(inputs.learningRate), optional(inputs.gradientFactor)];
  return updateRuns("rmsprop", lists, [...given, ...shares(rho), f32(epsilon)], lowering);
};

export const adadelta: Lower<"adadelta"> = (
  { inputs, updates, attributes: { rho, epsilon } },
  lowering,
) => {
  const { address, optional } = lowering;
  const slots = [updates.accumulated_grad, updates.accumulated_delta_var];
  const lists = [updates.parameters, inputs.gradients, ...slots];
  const given = [address(inputs.learningRate), optional(inputs.gradientFactor)];
  return updateRuns("adadelta", lists, [...given, ...shares(rho), f32(epsilon)], lowering);
};

/** The parts of the sum of squares are float64: two numbers each. */
export const clipFactor: Lower<"clipFactor"> = (
  { inputs, outputs, attributes: { clipNorm } },
  lowering,
) => {
  const runs = runsOf([inputs.gradients], lowering).map((run) => ({
    ...run,
    ...runChunks(run.count),
  }));
  const parts = runs.reduce((total, { chunks }) => total + chunks, 0);
  const start = lowering.shared(2 * parts);
  let next = start;
  const squares = runs.map(({ addresses, count, perChunk, chunks }): Call => {
    const args = [...addresses, count, perChunk, next];
    next += 8 * chunks;
    return { kernel: "sumSquares", chunks, args };
  });
  const args = [start, parts, f32(clipNorm), lowering.address(outputs.factor)];
  return [...squares, { kernel: "clipFactor", chunks: 1, args }];
};
