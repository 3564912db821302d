/** The gradient of a batch normalisation: stored as a map, or as coefficients for kernels that compute it while loading. */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { mapStep } from "../rows.ts";
import { channelReads, INVERSE, loadsOf, scaleOf } from "./channelSums.ts";
import type { InlineStep } from "./normalize.ts";

export const normalizationGradient: Lower<"normalizationGradient"> = (step, lowering) =>
  mapStep(step, lowering, {
    numbers: numbersOf(step, lowering),
    before: `${loadsOf(channelReads(step, lowering))}
      let inverse = ${INVERSE};
      let xHat = (x_at(at, 0u) - mean) * inverse;
      let both = fma(xHat, sumDyXhat, sumDy) / f32(p.count);`,
    value: `inverse * ${scaleOf(step.inputs)} * (dy_at(at, 0u) - both)`,
  });

/** Computes the four coefficients of `normalizationGradient` in `shader.ts`. */
export function inlineNormalizationGradient(
  step: StepOf<"normalizationGradient">,
  lowering: Lowering,
): InlineStep {
  const { inputs } = step;
  const [, channels] = rowSides(lowering.shape(inputs.x));
  const coefficients = lowering.kept(4 * channels);
  const [source, x] = [lowering.tensor(inputs.dy), lowering.tensor(inputs.x)];
  return {
    operand: { kind: "normalizationGradient", source, x, coefficients, channels },
    coefficients: {
      name: step.op,
      channels,
      sources: channelReads(step, lowering),
      writes: { coefficient: { tensor: coefficients } },
      numbers: numbersOf(step, lowering),
      body: `let inverse = ${INVERSE};
        let scale = inverse * ${scaleOf(inputs)};
        coefficient_set(channel, mean);
        coefficient_set(p.channels + channel, scale);
        coefficient_set(2u * p.channels + channel, -scale * inverse * sumDyXhat / f32(p.count));
        coefficient_set(3u * p.channels + channel, -scale * sumDy / f32(p.count));`,
    },
  };
}

function numbersOf(
  { inputs, attributes: { epsilon } }: StepOf<"normalizationGradient">,
  lowering: Lowering,
) {
  return { count: rowSides(lowering.shape(inputs.x))[0], epsilon: { float: epsilon } };
}
