import type { Kernel } from "./kernel.ts";
import { forEachWeight } from "./optimizer.ts";

export const sgd: Kernel<"sgd"> = ({ inputs, updates, attributes: { momentum } }, memory) => {
  const learningRate = memory.scalar(inputs.learningRate);
  const lists = [updates.parameters, updates.momentum ?? []];
  forEachWeight(inputs, lists, memory, (gradient, at, weights, [slot]) => {
    const change = (slot?.[at] ?? 0) * momentum - learningRate * gradient;
    if (slot !== undefined) slot[at] = change;
    weights[at] = (weights[at] as number) + change;
  });
};
