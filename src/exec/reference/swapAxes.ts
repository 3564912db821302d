import { mapSides } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";

export const swapAxes: Kernel<"swapAxes"> = ({ x, y }, _, shapes) => {
  const [before, a, b, after] = mapSides(shapes.x);
  for (let outer = 0; outer < before; outer += 1)
    for (let i = 0; i < a; i += 1)
      for (let j = 0; j < b; j += 1) {
        const from = ((outer * a + i) * b + j) * after;
        y.set(x.subarray(from, from + after), ((outer * b + j) * a + i) * after);
      }
};
