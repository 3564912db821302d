/** Batch normalisation of a map: stored as a map, or as coefficients for kernels that compute it while loading. */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import { type Operand, stored } from "../dispatch.ts";
import type { Coefficients, Lower, Lowering } from "../lowering.ts";
import { mapDispatch } from "../rows.ts";
import { INVERSE, offsetOf, scaleOf, scalingReads } from "./channelSums.ts";

export const normalize: Lower<"normalize"> = ({ inputs, outputs, attributes }, lowering) => [
  mapDispatch(
    {
      name: "normalize",
      shape: lowering.shape(inputs.x),
      reads: {
        x: stored(lowering.tensor(inputs.x)),
        mean: stored(lowering.tensor(inputs.mean)),
        variance: stored(lowering.tensor(inputs.variance)),
        ...scalingReads(inputs, lowering),
      },
      numbers: { epsilon: { float: attributes.epsilon } },
      before: `let variance = variance_at(channel, 0u);
        let xHat = (x_at(at, 0u) - mean_at(channel, 0u)) * (${INVERSE});`,
      value: `fma(xHat, ${scaleOf(inputs)}, ${offsetOf(inputs)})`,
      target: lowering.tensor(outputs.y),
    },
    {},
  ),
];

/** The operand that replaces the output of an inline step, and how its coefficients are computed. */
export interface InlineStep {
  readonly operand: Operand;
  readonly coefficients?: Coefficients;
}

/** Computes the three coefficients of `normalized` in `shader.ts`. */
export function inlineNormalize(
  { inputs, attributes }: StepOf<"normalize">,
  lowering: Lowering,
): InlineStep {
  const [, channels] = rowSides(lowering.shape(inputs.x));
  const coefficients = lowering.kept(3 * channels);
  return {
    operand: {
      kind: "normalized",
      source: lowering.tensor(inputs.x),
      coefficients,
      channels,
    },
    coefficients: {
      name: "normalize",
      channels,
      sources: {
        mean: lowering.tensor(inputs.mean),
        variance: lowering.tensor(inputs.variance),
      },
      reads: scalingReads(inputs, lowering),
      writes: { coefficient: { tensor: coefficients } },
      numbers: { epsilon: { float: attributes.epsilon } },
      body: `coefficient_set(channel, mean);
        coefficient_set(p.channels + channel, ${INVERSE} * ${scaleOf(inputs)});
        coefficient_set(2u * p.channels + channel, ${offsetOf(inputs)});`,
    },
  };
}
