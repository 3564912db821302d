/** Softmax over the last axis, and its logarithm. Each thread handles a row. */
import { rowSides } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { Step } from "../../../plan/step.ts";
import type { Dispatch } from "../dispatch.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { stepDispatch } from "../stepKernel.ts";

/** WGSL that returns the largest value and the sum of exponentials of the operand's row that starts at `first`. */
export function rowPowers(operand: string): string {
  return `fn row_powers(first: u32) -> vec2<f32> {
  var largest = ${operand}_at(first, 0u);
  for (var c = 1u; c < p.channels; c++) { largest = max(largest, ${operand}_at(first + c, 0u)); }
  var total = 0.0;
  for (var c = 0u; c < p.channels; c++) { total += exp(${operand}_at(first + c, 0u) - largest); }
  return vec2<f32>(largest, total);
}`;
}

/** @param body runs for each row of the buffer, whose first value is at `first` */
function rowDispatch(
  step: Step,
  lowering: Lowering,
  buffer: BufferId,
  body: string,
  functions = "",
): Dispatch {
  const [threads, channels] = rowSides(lowering.shape(buffer));
  return stepDispatch(step, lowering, {
    numbers: { channels },
    functions,
    body: `let first = i * p.channels;
      ${body}`,
    threads,
  });
}

export const softmax: Lower<"softmax"> = (step, lowering) =>
  rowDispatch(
    step,
    lowering,
    step.inputs.x,
    `let powers = row_powers(first);
    for (var c = 0u; c < p.channels; c++) {
      y_set(first + c, exp(x_at(first + c, 0u) - powers.x) / powers.y);
    }`,
    rowPowers("x"),
  );

/** `dx = y * (dy - sum(dy * y))` */
export const softmaxGradient: Lower<"softmaxGradient"> = (step, lowering) =>
  rowDispatch(
    step,
    lowering,
    step.inputs.y,
    `var product = 0.0;
    for (var c = 0u; c < p.channels; c++) {
      product = fma(dy_at(first + c, 0u), y_at(first + c, 0u), product);
    }
    for (var c = 0u; c < p.channels; c++) {
      dx_set(first + c, y_at(first + c, 0u) * (dy_at(first + c, 0u) - product));
    }`,
  );

export const logSoftmax: Lower<"logSoftmax"> = (step, lowering) =>
  rowDispatch(
    step,
    lowering,
    step.inputs.x,
    `let powers = row_powers(first);
    let logarithm = log(powers.y);
    for (var c = 0u; c < p.channels; c++) {
      y_set(first + c, x_at(first + c, 0u) - powers.x - logarithm);
    }`,
    rowPowers("x"),
  );

/** `dx = dy - exp(y) * sum(dy)` */
export const logSoftmaxGradient: Lower<"logSoftmaxGradient"> = (step, lowering) =>
  rowDispatch(
    step,
    lowering,
    step.inputs.y,
    `var sum = 0.0;
    for (var c = 0u; c < p.channels; c++) { sum += dy_at(first + c, 0u); }
    for (var c = 0u; c < p.channels; c++) {
      dx_set(first + c, fma(-exp(y_at(first + c, 0u)), sum, dy_at(first + c, 0u)));
    }`,
  );
