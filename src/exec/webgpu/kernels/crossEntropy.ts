/** Cross-entropy against a smoothed label, as in `reference/crossEntropy.ts`. Each thread handles one image. */
import { rowSides } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import { type Dispatch, stored } from "../dispatch.ts";
import { call } from "../functions.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";
import { readScaling, SCALE, timesScaling } from "./lossScale.ts";
import { ROW_POWERS } from "./softmax.ts";

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

export const softmaxCrossEntropy: Lower<"softmaxCrossEntropy"> = (
  { inputs, outputs, attributes },
  lowering,
) =>
  judge("softmaxCrossEntropy", inputs.logits, inputs.labels, outputs, attributes, lowering, {
    functions: ROW_POWERS,
    before: "let powers = row_powers(first); let shift = powers.x + log(powers.y);",
    logOfShare: "(value - shift)",
  });

export const clippedCrossEntropy: Lower<"clippedCrossEntropy"> = (
  { inputs, outputs, attributes },
  lowering,
) =>
  judge("clippedCrossEntropy", inputs.x, inputs.labels, outputs, attributes, lowering, {
    functions: ROW_SUM,
    before: "let total = row_sum(first);",
    logOfShare: "log(clip(value / total))",
  });

interface Smoothing {
  readonly labelSmoothing: number;
}

function judge(
  name: string,
  x: BufferId,
  labels: BufferId,
  outputs: { readonly imageLoss: BufferId; readonly predicted: BufferId },
  { labelSmoothing }: Smoothing,
  lowering: Lowering,
  formula: { readonly functions: string; readonly before: string; readonly logOfShare: string },
): readonly Dispatch[] {
  const [rows, channels] = rowSides(lowering.shape(x));
  return [
    dispatchOf({
      name,
      reads: {
        x: stored(lowering.tensor(x)),
        labels: stored(lowering.tensor(labels), { type: "i32" }),
      },
      writes: {
        loss: { tensor: lowering.tensor(outputs.imageLoss) },
        predicted: { tensor: lowering.tensor(outputs.predicted), type: "i32" },
      },
      numbers: { channels, smoothing: { float: labelSmoothing } },
      functions: `${TARGET}\n${formula.functions}`,
      body: `let first = i * p.channels;
        let label = u32(labels_at(i, 0u));
        ${formula.before}
        var loss = 0.0;
        var best = 0u;
        for (var c = 0u; c < p.channels; c++) {
          let value = x_at(first + c, 0u);
          loss -= wanted(c, label) * ${formula.logOfShare};
          if (value > x_at(first + best, 0u)) { best = c; }
        }
        loss_set(i, loss);
        predicted_set(i, i32(best));`,
      threads: rows,
    }),
  ];
}

export const softmaxCrossEntropyGradient: Lower<"softmaxCrossEntropyGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) =>
  differentiate(
    "softmaxCrossEntropyGradient",
    inputs.logits,
    inputs.labels,
    outputs.dlogits,
    attributes,
    lowering,
    {
      functions: ROW_POWERS,
      body: (times) => `let powers = row_powers(first);
        for (var c = 0u; c < p.channels; c++) {
          let share = exp(x_at(first + c, 0u) - powers.x) / powers.y;
          dx_set(first + c, (share - wanted(c, label)) / f32(p.rows)${times});
        }`,
    },
  );

export const clippedCrossEntropyGradient: Lower<"clippedCrossEntropyGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) =>
  differentiate(
    "clippedCrossEntropyGradient",
    inputs.x,
    inputs.labels,
    outputs.dx,
    attributes,
    lowering,
    {
      functions: `${ROW_SUM}
        fn slope(share: f32, target_: f32) -> f32 {
          return select(0.0, -target_ / share, (clip(share) == share) | ${call("is_nan", "share", 1)});
        }`,
      body: (times) => `let total = row_sum(first);
        var product = 0.0;
        for (var c = 0u; c < p.channels; c++) {
          let share = x_at(first + c, 0u) / total;
          product += slope(share, wanted(c, label)) * share;
        }
        for (var c = 0u; c < p.channels; c++) {
          let share = x_at(first + c, 0u) / total;
          dx_set(first + c, (slope(share, wanted(c, label)) - product) / total / f32(p.rows)${times});
        }`,
    },
  );

function differentiate(
  name: string,
  x: BufferId,
  labels: BufferId,
  gradient: BufferId,
  { labelSmoothing }: Smoothing,
  lowering: Lowering,
  formula: { readonly functions: string; body(times: string): string },
): readonly Dispatch[] {
  const [rows, channels] = rowSides(lowering.shape(x));
  const { lossScale } = lowering;
  return [
    dispatchOf({
      name,
      reads: {
        x: stored(lowering.tensor(x)),
        labels: stored(lowering.tensor(labels), { type: "i32" }),
        scaling: readScaling(lossScale),
      },
      writes: { dx: { tensor: lowering.tensor(gradient) } },
      numbers: { channels, rows, smoothing: { float: labelSmoothing } },
      functions: `${TARGET}\n${formula.functions}`,
      body: `let first = i * p.channels;
        let label = u32(labels_at(i, 0u));
        ${formula.body(timesScaling(lossScale, SCALE))}`,
      threads: rows,
    }),
  ];
}

/** Uses one thread: a batch has few images, and an ordered sum has the same bits every time. */
export const accumulateMetrics: Lower<"accumulateMetrics"> = ({ inputs, updates }, lowering) => {
  const [rows = 1] = lowering.shape(inputs.imageLoss);
  return [
    dispatchOf({
      name: "accumulateMetrics",
      reads: {
        loss: stored(lowering.tensor(inputs.imageLoss)),
        predicted: stored(lowering.tensor(inputs.predicted), { type: "i32" }),
        labels: stored(lowering.tensor(inputs.labels), { type: "i32" }),
      },
      writes: { sums: { tensor: lowering.tensor(updates.sums) } },
      numbers: { rows },
      body: `var loss = 0.0;
        var correct = 0u;
        for (var image = 0u; image < p.rows; image++) {
          loss += loss_at(image, 0u);
          if (predicted_at(image, 0u) == labels_at(image, 0u)) { correct++; }
        }
        let mean = loss / f32(p.rows);
        sums_set(0u, sums_now(0u) + mean);
        sums_set(1u, sums_now(1u) + f32(correct));
        sums_set(2u, mean);`,
      threads: 1,
    }),
  ];
};
