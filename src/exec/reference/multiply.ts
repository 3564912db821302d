import type { Kernel } from "./kernel.ts";

export const multiply: Kernel<"multiply"> = ({ x, factor, y }) =>
  y.set(x.map((value, at) => value * (factor[at] as number)));
