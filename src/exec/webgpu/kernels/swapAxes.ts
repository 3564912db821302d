/** Swaps two axes. Each thread copies one number. */
import { mapSides, sizeOf } from "../../../core/shape.ts";
import type { Lower } from "../lowering.ts";
import { stepDispatch } from "../stepKernel.ts";

export const swapAxes: Lower<"swapAxes"> = (step, lowering) => {
  const shape = lowering.shape(step.inputs.x);
  const [, a, b, after] = mapSides(shape);
  return stepDispatch(step, lowering, {
    numbers: { a, b, after },
    body: `let row = i / p.after;
      let line = row / p.a;
      let source = (line / p.b * p.a + row % p.a) * p.b + line % p.b;
      y_set(i, x_at(source * p.after + i % p.after, 0u));`,
    threads: sizeOf(shape),
  });
};
