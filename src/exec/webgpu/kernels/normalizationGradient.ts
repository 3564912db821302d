/** The gradient of a batch normalisation: stored as a map, or as coefficients for kernels that compute it while loading. */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import { stored } from "../dispatch.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { mapDispatch } from "../rows.ts";
import { INVERSE, scaleOf, scalingReads } from "./channelSums.ts";
import type { InlineStep } from "./normalize.ts";

export const normalizationGradient: Lower<"normalizationGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const shape = lowering.shape(inputs.x);
  const sources = sourcesOf(inputs, lowering);
  return [
    mapDispatch(
      {
        name: "normalizationGradient",
        shape,
        reads: {
          dy: stored(lowering.tensor(inputs.dy)),
          x: stored(lowering.tensor(inputs.x)),
          mean: stored(sources.mean),
          variance: stored(sources.variance),
          sumDy: stored(sources.sumDy),
          sumDyXhat: stored(sources.sumDyXhat),
          ...scalingReads(inputs, lowering),
        },
        numbers: { count: rowSides(shape)[0], epsilon: { float: attributes.epsilon } },
        before: `let variance = variance_at(channel, 0u);
          let inverse = ${INVERSE};
          let xHat = (x_at(at, 0u) - mean_at(channel, 0u)) * inverse;
          let both = fma(xHat, sumDyXhat_at(channel, 0u), sumDy_at(channel, 0u)) / f32(p.count);`,
        value: `inverse * ${scaleOf(inputs)} * (dy_at(at, 0u) - both)`,
        target: lowering.tensor(outputs.dx),
      },
      {},
    ),
  ];
};

/** Computes the four coefficients of `normalizationGradient` in `shader.ts`. */
export function inlineNormalizationGradient(
  { inputs, attributes }: StepOf<"normalizationGradient">,
  lowering: Lowering,
): InlineStep {
  const [rows, channels] = rowSides(lowering.shape(inputs.x));
  const coefficients = lowering.kept(4 * channels);
  const [source, x] = [lowering.tensor(inputs.dy), lowering.tensor(inputs.x)];
  return {
    operand: { kind: "normalizationGradient", source, x, coefficients, channels },
    coefficients: {
      name: "normalizationGradient",
      channels,
      sources: sourcesOf(inputs, lowering),
      reads: scalingReads(inputs, lowering),
      writes: { coefficient: { tensor: coefficients } },
      numbers: { count: rows, epsilon: { float: attributes.epsilon } },
      body: `let inverse = ${INVERSE};
        let scale = inverse * ${scaleOf(inputs)};
        coefficient_set(channel, mean);
        coefficient_set(p.channels + channel, scale);
        coefficient_set(2u * p.channels + channel, -scale * inverse * sumDyXhat / f32(p.count));
        coefficient_set(3u * p.channels + channel, -scale * sumDy / f32(p.count));`,
    },
  };
}

function sourcesOf(
  { mean, variance, sumDy, sumDyXhat }: StepOf<"normalizationGradient">["inputs"],
  lowering: Lowering,
) {
  return {
    mean: lowering.tensor(mean),
    variance: lowering.tensor(variance),
    sumDy: lowering.tensor(sumDy),
    sumDyXhat: lowering.tensor(sumDyXhat),
  };
}
