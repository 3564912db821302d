import type { Kernel } from "./kernel.ts";
import { blend, forEachWeight } from "./optimizer.ts";

export const adadelta: Kernel<"adadelta"> = (
  { inputs, updates, attributes: { rho, epsilon } },
  memory,
) => {
  const learningRate = memory.scalar(inputs.learningRate);
  const lists = [updates.parameters, updates.accumulated_grad, updates.accumulated_delta_var];
  forEachWeight(inputs, lists, memory, (gradient, at, weights, [gradients, changes]) => {
    const size = Math.sqrt(blend(gradients, at, gradient ** 2, rho) + epsilon);
    const change = (gradient * Math.sqrt((changes?.[at] ?? 0) + epsilon)) / size;
    blend(changes, at, change ** 2, rho);
    weights[at] = (weights[at] as number) - learningRate * change;
  });
};
