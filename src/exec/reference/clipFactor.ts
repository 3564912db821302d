import type { Kernel } from "./kernel.ts";

export const clipFactor: Kernel<"clipFactor"> = ({ gradients, factor }, { clipNorm }) => {
  let squares = 0;
  for (const gradient of gradients) for (const value of gradient) squares += value ** 2;
  factor[0] = clipNorm / Math.max(Math.sqrt(squares), clipNorm);
};
