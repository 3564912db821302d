/** Cross-entropy against a smoothed label, as in `reference/crossEntropy.ts`. Each thread handles one image. */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Dispatch } from "../dispatch.ts";
import { call } from "../functions.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { type StepKernel, stepDispatch } from "../stepKernel.ts";
import { readScaling, SCALE, timesScaling } from "./lossScale.ts";
import { rowPowers } from "./softmax.ts";

const TARGET = `fn wanted(class_: u32, label: u32) -> f32 {
  let share = p.smoothing / f32(p.channels);
  return select(share, 1.0 - p.smoothing + share, class_ == min(label, p.channels - 1u));
}`;
const ROW_SUM = `fn row_sum(first: u32) -> f32 {
  var total = 0.0;
  for (var c = 0u; c < p.channels; c++) { total += x_at(first + c, 0u); }
  return total;
}
fn clip(share: f32) -> f32 {
  return select(clamp(share, 1e-7, 1.0 - 1e-7), share, ${call("is_nan", "share", 1)});
}`;
const SLOPE = `fn slope(share: f32, target_: f32) -> f32 {
  return select(0.0, -target_ / share, (clip(share) == share) | ${call("is_nan", "share", 1)});
}`;

type Loss = StepOf<"softmaxCrossEntropy"> | StepOf<"clippedCrossEntropy">;
type LossGradient = StepOf<"softmaxCrossEntropyGradient"> | StepOf<"clippedCrossEntropyGradient">;

export const softmaxCrossEntropy: Lower<"softmaxCrossEntropy"> = (step, lowering) =>
  loss(step, lowering, step.inputs.logits, {
    functions: rowPowers("logits"),
    before: "let powers = row_powers(first); let shift = powers.x + log(powers.y);",
    valueAt: "logits_at",
    logOfShare: "(value - shift)",
  });

export const clippedCrossEntropy: Lower<"clippedCrossEntropy"> = (step, lowering) =>
  loss(step, lowering, step.inputs.x, {
    functions: ROW_SUM,
    before: "let total = row_sum(first);",
    valueAt: "x_at",
    logOfShare: "log(clip(value / total))",
  });

interface LossCode {
  readonly functions: string;
  readonly before: string;
  readonly valueAt: string;
  readonly logOfShare: string;
}

function loss(
  step: Loss,
  lowering: Lowering,
  x: number,
  { functions, before, valueAt, logOfShare }: LossCode,
): Dispatch {
  return rowDispatch(step, lowering, x, {
    functions,
    body: `${before}
      var loss = 0.0;
      var best = 0u;
      for (var c = 0u; c < p.channels; c++) {
        let value = ${valueAt}(first + c, 0u);
        loss -= wanted(c, label) * ${logOfShare};
        if (value > ${valueAt}(first + best, 0u)) { best = c; }
      }
      imageLoss_set(i, loss);
      predicted_set(i, i32(best));`,
  });
}

export const softmaxCrossEntropyGradient: Lower<"softmaxCrossEntropyGradient"> = (step, lowering) =>
  rowDispatch(step, lowering, step.inputs.logits, {
    reads: { scaling: readScaling(lowering.lossScale) },
    functions: rowPowers("logits"),
    body: `let powers = row_powers(first);
      for (var c = 0u; c < p.channels; c++) {
        let share = exp(logits_at(first + c, 0u) - powers.x) / powers.y;
        dlogits_set(first + c, (share - wanted(c, label)) / f32(p.rows)${timesScaling(lowering.lossScale, SCALE)});
      }`,
  });

export const clippedCrossEntropyGradient: Lower<"clippedCrossEntropyGradient"> = (step, lowering) =>
  rowDispatch(step, lowering, step.inputs.x, {
    reads: { scaling: readScaling(lowering.lossScale) },
    functions: `${ROW_SUM}\n${SLOPE}`,
    body: `let total = row_sum(first);
      var product = 0.0;
      for (var c = 0u; c < p.channels; c++) {
        let share = x_at(first + c, 0u) / total;
        product += slope(share, wanted(c, label)) * share;
      }
      for (var c = 0u; c < p.channels; c++) {
        let share = x_at(first + c, 0u) / total;
        dx_set(first + c, (slope(share, wanted(c, label)) - product) / total / f32(p.rows)${timesScaling(lowering.lossScale, SCALE)});
      }`,
  });

/** @param code WGSL for the image `i`, whose row starts at `first`, with its `label`. */
function rowDispatch(
  step: Loss | LossGradient,
  lowering: Lowering,
  x: number,
  { functions, body, reads = {} }: Pick<StepKernel, "functions" | "body" | "reads">,
): Dispatch {
  const [rows, channels] = rowSides(lowering.shape(x));
  return stepDispatch(step, lowering, {
    reads,
    numbers: { channels, rows, smoothing: { float: step.attributes.labelSmoothing } },
    functions: `${TARGET}\n${functions}`,
    body: `let first = i * p.channels;
      let label = u32(labels_at(i, 0u));
      ${body}`,
    threads: rows,
  });
}

/** Uses one thread: a batch has few images, and an ordered sum has the same bits every time. */
export const accumulateMetrics: Lower<"accumulateMetrics"> = (step, lowering) => {
  const [rows = 1] = lowering.shape(step.inputs.imageLoss);
  return stepDispatch(step, lowering, {
    numbers: { rows },
    body: `var loss = 0.0;
      var correct = 0u;
      for (var image = 0u; image < p.rows; image++) {
        loss += imageLoss_at(image, 0u);
        if (predicted_at(image, 0u) == labels_at(image, 0u)) { correct++; }
      }
      let mean = loss / f32(p.rows);
      sums_set(0u, sums_now(0u) + mean);
      sums_set(1u, sums_now(1u) + f32(correct));
      sums_set(2u, mean);`,
    threads: 1,
  });
};
