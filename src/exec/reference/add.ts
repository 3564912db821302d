import type { Kernel } from "./kernel.ts";

export const add: Kernel<"add"> = ({ terms, y }) => {
  y.fill(0);
  for (const term of terms)
    for (let at = 0; at < y.length; at += 1) y[at] = (y[at] as number) + (term[at] as number);
};
