/** Enlarges a map by whole factors, and sums up the gradients of what was made of each pixel. */
import { mapSides } from "../../../core/shape.ts";
import { upSamplingShift } from "../../../plan/ops/upSample2d.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { mapStep } from "../rows.ts";
import { stepShapes } from "../stepKernel.ts";

export const upSample2d: Lower<"upSample2d"> = (step, lowering) => {
  const pixel = (row: string, column: string) =>
    `x_at(((image * p.height + ${row}) * p.width + ${column}) * p.channels + channel, channel)`;
  const isNearest = step.attributes.interpolation === "nearest";
  const next = (from: string, side: string) => `min(${from} + 1u, p.${side} - 1u)`;
  const line = (row: string) =>
    `mix(${pixel(row, "left")}, ${pixel(row, next("left", "width"))}, V(columnShare))`;
  return mapStep(step, lowering, {
    numbers: numbersOf(step, lowering),
    functions: AXIS,
    before: `let row = numerator((place / p.columns) % p.rows, p.rowShift);
      let column = numerator(place % p.columns, p.columnShift);
      let image = place / (p.columns * p.rows);
      let above = row / p.rowSteps;
      let left = column / p.columnSteps;
      let rowShare = f32(row % p.rowSteps) / f32(p.rowSteps);
      let columnShare = f32(column % p.columnSteps) / f32(p.columnSteps);`,
    value: isNearest
      ? pixel("above", "left")
      : `mix(${line("above")}, ${line(next("above", "height"))}, V(rowShare))`,
  });
};

export const upSample2dGradient: Lower<"upSample2dGradient"> = (step, lowering) => {
  const share = step.attributes.interpolation === "nearest" ? "whole_share" : "share";
  return mapStep(step, lowering, {
    numbers: numbersOf(step, lowering),
    functions: AXIS,
    before: `let w = place % p.width;
      let h = (place / p.width) % p.height;
      let image = place / (p.width * p.height);
      let rowSize = p.rowSteps / 2u;
      let columnSize = p.columnSteps / 2u;
      var sum = V(0);
      for (var row = rowSize * max(h, 1u) - rowSize; row < min(p.rows, (h + 2u) * rowSize); row++) {
        let rowShare = ${share}(row, p.rowShift, p.rowSteps, h, p.height);
        if (rowShare == 0.0) { continue; }
        for (var column = columnSize * max(w, 1u) - columnSize; column < min(p.columns, (w + 2u) * columnSize); column++) {
          let share = rowShare * ${share}(column, p.columnShift, p.columnSteps, w, p.width);
          if (share == 0.0) { continue; }
          sum += share * dy_at(((image * p.rows + row) * p.columns + column) * p.channels + channel, channel);
        }
      }`,
    value: "sum",
  });
};

/** `numerator` is the position on the map in steps; the shares are those that the position `at` of the map has in `output`. */
const AXIS = `fn numerator(output: u32, shift: u32) -> u32 {
  return 2u * output - min(shift, 2u * output);
}
fn whole_share(output: u32, shift: u32, steps: u32, at: u32, side: u32) -> f32 {
  return select(0.0, 1.0, 2u * output / steps == at);
}
fn share(output: u32, shift: u32, steps: u32, at: u32, side: u32) -> f32 {
  let position = numerator(output, shift);
  let before = position / steps;
  let part = f32(position % steps) / f32(steps);
  return select(0.0, 1.0 - part, before == at) + select(0.0, part, min(before + 1u, side - 1u) == at);
}`;

/** The sides of the map and of the result. Positions count in steps of half a pixel of the result. */
function numbersOf(step: StepOf<"upSample2d"> | StepOf<"upSample2dGradient">, lowering: Lowering) {
  const { x, y } = stepShapes(step, lowering);
  const [, height, width] = mapSides(x);
  const [, rows, columns] = mapSides(y);
  const { attributes } = step;
  const [rowSize, columnSize] = attributes.size;
  return {
    ...{ height, width, rows, columns },
    ...{ rowSteps: 2 * rowSize, columnSteps: 2 * columnSize },
    rowShift: -upSamplingShift(attributes, rowSize),
    columnShift: -upSamplingShift(attributes, columnSize),
  };
}
