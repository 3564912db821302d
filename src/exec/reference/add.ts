import type { Kernel } from "./kernel.ts";

export const addForward: Kernel<"add"> = ({ inputs, outputs }, memory) => {
  const y = memory.values(outputs.y).fill(0);
  for (const id of inputs.terms) {
    const term = memory.values(id);
    for (let at = 0; at < y.length; at += 1) y[at] = (y[at] as number) + (term[at] as number);
  }
};
