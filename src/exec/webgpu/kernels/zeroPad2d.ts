/** Pads a map with zeros, and removes the padding in the backward step. */
import { mapSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { mapStep } from "../rows.ts";
import { stepShapes } from "../stepKernel.ts";

export const zeroPad2d: Lower<"zeroPad2d"> = (step, lowering) =>
  mapStep(step, lowering, {
    numbers: numbersOf(step, lowering),
    // Left of the map and above it, the difference wraps to something large.
    before: `let h = (place / p.columns) % p.rows - p.top;
      let w = place % p.columns - p.left;
      let image = place / (p.columns * p.rows);
      var padded = V(0);
      if (h < p.height && w < p.width) {
        padded = x_at(((image * p.height + h) * p.width + w) * p.channels + channel, 0u);
      }`,
    value: "padded",
  });

export const zeroPad2dGradient: Lower<"zeroPad2dGradient"> = (step, lowering) =>
  mapStep(step, lowering, {
    numbers: numbersOf(step, lowering),
    before: `let row = (place / p.width) % p.height + p.top;
      let image = place / (p.width * p.height);
      let source = (image * p.rows + row) * p.columns + place % p.width + p.left;`,
    value: "dy_at(source * p.channels + channel, 0u)",
  });

/** The sides of the map and of the padded map, and the padding above and to the left. */
function numbersOf(step: StepOf<"zeroPad2d"> | StepOf<"zeroPad2dGradient">, lowering: Lowering) {
  const { x, y } = stepShapes(step, lowering);
  const [, height, width] = mapSides(x);
  const [, rows, columns] = mapSides(y);
  const [top, left] = step.attributes.padding;
  return { height, width, rows, columns, top, left };
}
