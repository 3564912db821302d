/**
 * Sums of a gradient and of its product with the normalised values: the gradients of beta and gamma. They are computed by the
 * kernel that computes the gradient, or by a separate one.
 */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Dispatch } from "../dispatch.ts";
import type { Joined, Lowering, LowerJoined, RowSums } from "../lowering.ts";
import { mapDispatch, rowChunks } from "../rows.ts";
import { stepWrites } from "../stepKernel.ts";
import { INVERSE, setParts, totalDispatch } from "./channelSums.ts";

export const normalizationSums: LowerJoined<"normalizationSums"> = (step, lowering, joined) => {
  const { sums, total } = sumsTakenAlong(step, lowering, joined);
  const { dy } = step.inputs;
  const own = {
    name: step.op,
    shape: lowering.shape(dy),
    reads: { dy: lowering.read(dy) },
    value: "dy_at(at, 0u)",
  };
  return [mapDispatch(own, { sums }), total];
};

/** @returns the sums to compute in the kernel that computes `dy`, and the dispatch that follows it. */
export function sumsTakenAlong(
  step: StepOf<"normalizationSums">,
  lowering: Lowering,
  { coefficients }: Joined,
): { readonly sums: RowSums; readonly total: Dispatch } {
  const { inputs, attributes } = step;
  const shape = lowering.shape(inputs.x);
  const [, channels] = rowSides(shape);
  const { chunks } = rowChunks(shape);
  const parts = lowering.scratch(2 * chunks * channels);
  const sums = {
    reads: { normal: lowering.read(inputs.x), mean: lowering.read(inputs.mean) },
    writes: { part: { tensor: parts } },
    start: `let mean = mean_at(channel, 0u);
      var sum = V(0);
      var product = V(0);`,
    add: `sum += value;
      product = fma(value, normal_at(at, 0u) - mean, product);`,
    end: setParts("sum", "product"),
  };
  const total = {
    name: "normalizationSums, total",
    channels,
    parts,
    chunks,
    reads: { variance: lowering.read(inputs.variance) },
    writes: stepWrites(step, lowering),
    numbers: { epsilon: { float: attributes.epsilon } },
    body: `let variance = variance_at(channel, 0u);
      let sumDy = first;
      let sumDyXhat = second * (${INVERSE});
      sumDy_set(channel, sumDy);
      sumDyXhat_set(channel, sumDyXhat);`,
    provides: ["variance", "sumDy", "sumDyXhat"],
  };
  return { sums, total: totalDispatch(total, coefficients) };
}
