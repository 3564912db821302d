import type { Kernel } from "./kernel.ts";
import { blend, forEachWeight } from "./optimizer.ts";

export const rmsprop: Kernel<"rmsprop"> = (
  { inputs, updates, attributes: { rho, epsilon } },
  memory,
) => {
  const learningRate = memory.scalar(inputs.learningRate);
  const lists = [updates.parameters, updates.velocity];
  forEachWeight(inputs, lists, memory, (gradient, at, weights, [velocity]) => {
    const scale = Math.sqrt(blend(velocity, at, gradient ** 2, rho) + epsilon);
    weights[at] = (weights[at] as number) - (learningRate * gradient) / scale;
  });
};
