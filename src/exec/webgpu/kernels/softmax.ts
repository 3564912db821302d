/** Softmax over the last axis. Each thread handles a row. */
import { rowSides } from "../../../core/shape.ts";
import { stored } from "../dispatch.ts";
import type { Lower } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";

/** WGSL that returns the largest value and the sum of exponentials of the row that starts at `first`. */
export const ROW_POWERS = `fn row_powers(first: u32) -> vec2<f32> {
  var largest = x_at(first, 0u);
  for (var c = 1u; c < p.channels; c++) { largest = max(largest, x_at(first + c, 0u)); }
  var total = 0.0;
  for (var c = 0u; c < p.channels; c++) { total += exp(x_at(first + c, 0u) - largest); }
  return vec2<f32>(largest, total);
}`;

export const softmax: Lower<"softmax"> = ({ inputs, outputs }, lowering) => {
  const [rows, channels] = rowSides(lowering.shape(inputs.x));
  return [
    dispatchOf({
      name: "softmax",
      reads: { x: stored(lowering.tensor(inputs.x)) },
      writes: { y: { tensor: lowering.tensor(outputs.y) } },
      numbers: { channels },
      functions: ROW_POWERS,
      body: `let first = i * p.channels;
        let powers = row_powers(first);
        for (var c = 0u; c < p.channels; c++) {
          y_set(first + c, exp(x_at(first + c, 0u) - powers.x) / powers.y);
        }`,
      threads: rows,
    }),
  ];
};

/** `dx = y * (dy - sum(dy * y))` */
export const softmaxGradient: Lower<"softmaxGradient"> = ({ inputs, outputs }, lowering) => {
  const [rows, channels] = rowSides(lowering.shape(inputs.y));
  return [
    dispatchOf({
      name: "softmaxGradient",
      reads: { dy: stored(lowering.tensor(inputs.dy)), y: stored(lowering.tensor(inputs.y)) },
      writes: { dx: { tensor: lowering.tensor(outputs.dx) } },
      numbers: { channels },
      body: `let first = i * p.channels;
        var product = 0.0;
        for (var c = 0u; c < p.channels; c++) {
          product = fma(dy_at(first + c, 0u), y_at(first + c, 0u), product);
        }
        for (var c = 0u; c < p.channels; c++) {
          dx_set(first + c, y_at(first + c, 0u) * (dy_at(first + c, 0u) - product));
        }`,
      threads: rows,
    }),
  ];
};
