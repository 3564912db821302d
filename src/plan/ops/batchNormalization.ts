/**
 * Batch normalisation over all axes but the last. In training it takes the batch's statistics and leaves them
 * for the moving ones to follow; in inference, and where the layer is frozen, it takes the moving ones.
 */
import type { LayerOf } from "../../spec/graph.ts";
import type { NormalizationAttributes } from "../operations.ts";
import type { Signature } from "../signature.ts";
import type { Tape, Value, Weight } from "../tape.ts";

interface Scaling {
  readonly gamma: Weight | undefined;
  readonly beta: Weight | undefined;
}

export function emitBatchNormalizationLayer(
  tape: Tape,
  layer: LayerOf<"BatchNormalization">,
  x: Value,
): Value {
  const scaling = {
    gamma: tape.optionalWeight("gamma", layer.scale),
    beta: tape.optionalWeight("beta", layer.center),
  };
  const attributes = { epsilon: layer.epsilon, activation: "linear" } as const;
  return tape.training && !tape.frozen
    ? emitWithBatchStatistics(tape, x, scaling, attributes, layer.momentum)
    : emitWithMovingStatistics(tape, x, scaling, attributes);
}

function emitWithBatchStatistics(
  tape: Tape,
  x: Value,
  { gamma, beta }: Scaling,
  attributes: NormalizationAttributes,
  momentum: number,
): Value {
  const channels = [x.shape.at(-1) ?? 0];
  const y = tape.activation(x.shape, { inputs: [x], weights: [gamma, beta] });
  const mean = tape.batchStatistic("mean", channels);
  const variance = tape.batchStatistic("variance", channels);
  tape.step({
    op: "batchNormalization",
    inputs: { x: x.buffer, ...scale(gamma), ...(beta !== undefined && { beta: beta.buffer }) },
    outputs: { y: y.buffer, mean, variance },
    attributes,
  });
  for (const [batch, moving] of [
    [mean, tape.weight("moving_mean")],
    [variance, tape.weight("moving_variance")],
  ] as const) {
    tape.following.push({ momentum, batch, moving: moving.buffer });
  }
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "batchNormalizationGradient",
      inputs: { dy, x: x.buffer, mean, variance, ...scale(gamma) },
      outputs: {
        ...(x.needsGradient && { dx: tape.gradientOf(x) }),
        ...(gamma?.gradient !== undefined && { dgamma: gamma.gradient }),
        ...(beta?.gradient !== undefined && { dbeta: beta.gradient }),
      },
      attributes,
    }),
  );
  return y;
}

function emitWithMovingStatistics(
  tape: Tape,
  x: Value,
  { gamma, beta }: Scaling,
  attributes: NormalizationAttributes,
): Value {
  const y = tape.activation(x.shape, { inputs: [x] });
  tape.step({
    op: "batchNormalizationInference",
    inputs: {
      x: x.buffer,
      mean: tape.weight("moving_mean").buffer,
      variance: tape.weight("moving_variance").buffer,
      ...scale(gamma),
      ...(beta !== undefined && { beta: beta.buffer }),
    },
    outputs: { y: y.buffer },
    attributes,
  });
  return y;
}

function scale(gamma: Weight | undefined) {
  return gamma === undefined ? {} : { gamma: gamma.buffer };
}

const VECTORS = { mean: "C", variance: "C", gamma: "C", beta: "C" } as const;

export const batchNormalization: Signature<"batchNormalization"> = {
  patterns: { ...VECTORS, x: "*R C", y: "*R C" },
};
export const batchNormalizationGradient: Signature<"batchNormalizationGradient"> = {
  patterns: {
    ...VECTORS,
    x: "*R C",
    y: "*R C",
    dy: "*R C",
    dx: "*R C",
    dgamma: "C",
    dbeta: "C",
  },
};
export const batchNormalizationInference: Signature<"batchNormalizationInference"> = {
  patterns: { ...VECTORS, x: "*R C", y: "*R C" },
};

/** One step for all layers of one momentum: a single launch where their vectors lie side by side. */
export function emitMovingAverages(tape: Tape): void {
  for (const momentum of new Set(tape.following.map((entry) => entry.momentum))) {
    const followers = tape.following.filter((entry) => entry.momentum === momentum);
    tape.step({
      op: "movingAverage",
      inputs: { batch: followers.map(({ batch }) => batch) },
      updates: { moving: followers.map(({ moving }) => moving) },
      outputs: {},
      attributes: { momentum },
    });
  }
}

export const movingAverage: Signature<"movingAverage"> = {
  patterns: { batch: "@*S", moving: "@*S" },
};
