import type { StepOf } from "../../plan/step.ts";
import type { Kernel, Memory } from "./kernel.ts";
import { blend, forEachWeight } from "./optimizer.ts";

export const adam: Kernel<"adam"> = (step, memory) => update(step, 0, memory);

/** The decay comes first, so that Adam starts from the decayed weight. */
export const adamw: Kernel<"adamw"> = (step, memory) =>
  update(step, step.attributes.weightDecay, memory);

function update(
  { inputs, updates, attributes }: StepOf<"adam"> | StepOf<"adamw">,
  weightDecay: number,
  memory: Memory,
): void {
  const { beta1, beta2, epsilon } = attributes;
  const learningRate = memory.scalar(inputs.learningRate);
  const count = memory.scalar(inputs.step) + 1;
  const correction1 = 1 - Math.fround(beta1) ** count;
  const correction2 = 1 - Math.fround(beta2) ** count;
  const rate = (learningRate * Math.sqrt(correction2)) / correction1;
  const lists = [updates.parameters, updates.momentum, updates.velocity];
  forEachWeight(inputs, lists, memory, (gradient, at, weights, [momentum, velocity]) => {
    const weight = weights[at] as number;
    const first = blend(momentum, at, gradient, beta1);
    const second = blend(velocity, at, gradient ** 2, beta2);
    weights[at] =
      weight - learningRate * weightDecay * weight - (rate * first) / (Math.sqrt(second) + epsilon);
  });
}
