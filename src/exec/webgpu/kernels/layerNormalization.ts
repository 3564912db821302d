/** Layer normalisation of rows. Each thread handles a row. */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Dispatch } from "../dispatch.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { stepDispatch } from "../stepKernel.ts";

export const layerNormalize: Lower<"layerNormalize"> = (step, lowering) => {
  const { gamma, beta } = step.inputs;
  const scaled = gamma === undefined ? "x_hat" : "x_hat * gamma_at(c, 0u)";
  return rowStep(step, lowering, {
    write: `y_set(first + c, ${scaled}${beta === undefined ? "" : " + beta_at(c, 0u)"});`,
  });
};

export const layerNormalizeScaleTerms: Lower<"layerNormalizeScaleTerms"> = (step, lowering) =>
  rowStep(step, lowering, { write: "terms_set(first + c, dy_at(first + c, 0u) * x_hat);" });

/** `dx = (g - mean(g) - xHat * mean(g * xHat)) / deviation` with `g = dy * gamma` */
export const layerNormalizeInputGradient: Lower<"layerNormalizeInputGradient"> = (
  step,
  lowering,
) => {
  const factor = step.inputs.gamma === undefined ? "" : " * gamma_at(c, 0u)";
  const slope = `let slope = dy_at(first + c, 0u)${factor};`;
  return rowStep(step, lowering, {
    before: `var sum = 0.0;
      var product = 0.0;
      for (var c = 0u; c < p.channels; c++) {
        ${slope}
        sum += slope;
        product = fma(slope, (x_at(first + c, 0u) - mean) * inverse, product);
      }`,
    write: `${slope}
      dx_set(first + c, (slope - (sum + x_hat * product) / f32(p.channels)) * inverse);`,
  });
};

type RowStep =
  | StepOf<"layerNormalize">
  | StepOf<"layerNormalizeScaleTerms">
  | StepOf<"layerNormalizeInputGradient">;

/** @param code `before` is run for each row, and `write` for each value of it, with `x_hat`. */
function rowStep(
  step: RowStep,
  lowering: Lowering,
  { before = "", write }: { readonly before?: string; readonly write: string },
): Dispatch {
  const [threads, channels] = rowSides(lowering.shape(step.inputs.x));
  return stepDispatch(step, lowering, {
    numbers: { channels, epsilon: { float: step.attributes.epsilon } },
    body: `let first = i * p.channels;
      var total = 0.0;
      for (var c = 0u; c < p.channels; c++) { total += x_at(first + c, 0u); }
      let mean = total / f32(p.channels);
      var squares = 0.0;
      for (var c = 0u; c < p.channels; c++) {
        let distance = x_at(first + c, 0u) - mean;
        squares = fma(distance, distance, squares);
      }
      let inverse = 1.0 / sqrt(squares / f32(p.channels) + p.epsilon);
      ${before}
      for (var c = 0u; c < p.channels; c++) {
        let x_hat = (x_at(first + c, 0u) - mean) * inverse;
        ${write}
      }`,
    threads,
  });
}
