import type { Kernel } from "./kernel.ts";

export const clipFactor: Kernel<"clipFactor"> = (
  { inputs, outputs, attributes: { clipNorm } },
  memory,
) => {
  let squares = 0;
  for (const id of inputs.gradients) {
    for (const value of memory.values(id)) squares += value ** 2;
  }
  memory.values(outputs.factor)[0] = clipNorm / Math.max(Math.sqrt(squares), clipNorm);
};
