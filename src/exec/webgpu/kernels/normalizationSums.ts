/**
 * Sums of a gradient and of its product with the normalised values: the gradients of beta and gamma. They are computed by the
 * kernel that computes the gradient, or by a separate one.
 */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import { type Dispatch, stored, type Tensor } from "../dispatch.ts";
import type { Joined, Lowering, LowerJoined, RowSums } from "../lowering.ts";
import { mapDispatch, rowChunks } from "../rows.ts";
import { INVERSE, setParts, totalDispatch } from "./channelSums.ts";

type Sums = StepOf<"normalizationSums">;

export const normalizationSums: LowerJoined<"normalizationSums"> = (step, lowering, joined) => {
  const { sums, total } = sumsTakenAlong(step, lowering, joined);
  const own = mapDispatch(
    {
      name: "normalizationSums",
      shape: lowering.shape(step.inputs.dy),
      reads: { dy: stored(lowering.tensor(step.inputs.dy)) },
      value: "dy_at(at, 0u)",
    },
    { sums },
  );
  return [own, total];
};

/** @returns the sums to compute in the kernel that computes `dy`, and the dispatch that follows it. */
export function sumsTakenAlong(
  step: Sums,
  lowering: Lowering,
  { coefficients }: Joined,
): { readonly sums: RowSums; readonly total: Dispatch } {
  const { inputs, outputs, attributes } = step;
  const shape = lowering.shape(inputs.x);
  const [, channels] = rowSides(shape);
  const { chunks } = rowChunks(shape);
  const parts = lowering.scratch(2 * chunks * channels);
  return {
    sums: sumsOf(step, parts, lowering),
    total: totalDispatch(
      {
        name: "normalizationSums, total",
        channels,
        parts,
        chunks,
        reads: { variance: stored(lowering.tensor(inputs.variance)) },
        writes: {
          dyTotal: { tensor: lowering.tensor(outputs.sumDy) },
          dyXhatTotal: { tensor: lowering.tensor(outputs.sumDyXhat) },
        },
        numbers: { epsilon: { float: attributes.epsilon } },
        body: `let variance = variance_at(channel, 0u);
          let sumDy = first;
          let sumDyXhat = second * (${INVERSE});
          dyTotal_set(channel, sumDy);
          dyXhatTotal_set(channel, sumDyXhat);`,
        provides: ["variance", "sumDy", "sumDyXhat"],
      },
      coefficients,
    ),
  };
}

function sumsOf({ inputs }: Sums, parts: Tensor, lowering: Lowering): RowSums {
  return {
    reads: {
      normal: stored(lowering.tensor(inputs.x)),
      mean: stored(lowering.tensor(inputs.mean)),
    },
    writes: { part: { tensor: parts } },
    numbers: {},
    start: `let mean = mean_at(channel, 0u);
      var sum = V(0);
      var product = V(0);`,
    add: `sum += value;
      product = fma(value, normal_at(at, 0u) - mean, product);`,
    end: setParts("sum", "product"),
  };
}
