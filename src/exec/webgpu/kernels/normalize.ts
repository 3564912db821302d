/** Batch normalisation of a map: stored as a map, or as coefficients for kernels that compute it while loading. */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Operand } from "../dispatch.ts";
import type { Coefficients, Lower, Lowering } from "../lowering.ts";
import { mapStep } from "../rows.ts";
import { channelReads, INVERSE, loadsOf, offsetOf, scaleOf } from "./channelSums.ts";

export const normalize: Lower<"normalize"> = (step, lowering) =>
  mapStep(step, lowering, {
    numbers: { epsilon: { float: step.attributes.epsilon } },
    before: `${loadsOf(channelReads(step, lowering))}
      let xHat = (x_at(at, 0u) - mean) * (${INVERSE});`,
    value: `fma(xHat, ${scaleOf(step.inputs)}, ${offsetOf(step.inputs)})`,
  });

/** The operand that replaces the output of an inline step, and how its coefficients are computed. */
export interface InlineStep {
  readonly operand: Operand;
  readonly coefficients?: Coefficients;
}

/** Computes the three coefficients of `normalized` in `shader.ts`. */
export function inlineNormalize(step: StepOf<"normalize">, lowering: Lowering): InlineStep {
  const { inputs, attributes } = step;
  const [, channels] = rowSides(lowering.shape(inputs.x));
  const coefficients = lowering.kept(3 * channels);
  return {
    operand: { kind: "normalized", source: lowering.tensor(inputs.x), coefficients, channels },
    coefficients: {
      name: step.op,
      channels,
      sources: channelReads(step, lowering),
      writes: { coefficient: { tensor: coefficients } },
      numbers: { epsilon: { float: attributes.epsilon } },
      body: `coefficient_set(channel, mean);
        coefficient_set(p.channels + channel, ${INVERSE} * ${scaleOf(inputs)});
        coefficient_set(2u * p.channels + channel, ${offsetOf(inputs)});`,
    },
  };
}
