/**
 * Batch normalisation over all axes but the last. In training it uses the statistics of the batch, and the moving statistics
 * follow them. In inference, and where the layer is frozen, it uses the moving statistics.
 */
import type { LayerOf } from "../../network/graph.ts";
import type { BufferId } from "../buffers.ts";
import type { NormalizationAttributes } from "../operations.ts";
import type { Tape, Value, Weight } from "../tape.ts";

interface Statistics {
  readonly mean: BufferId;
  readonly variance: BufferId;
}

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
  const attributes = { epsilon: layer.epsilon };
  const moving = {
    mean: tape.weight("moving_mean").buffer,
    variance: tape.weight("moving_variance").buffer,
  };
  // No layer before a frozen layer is trained, so its output needs no gradient.
  if (!tape.training || tape.frozen) return emitNormalize(tape, x, moving, scaling, attributes);

  const batch = emitBatchStatistics(tape, x);
  const { momentum } = layer;
  tape.following.push({ momentum, batch: batch.mean, moving: moving.mean });
  tape.following.push({ momentum, batch: batch.variance, moving: moving.variance });
  const y = emitNormalize(tape, x, batch, scaling, attributes);
  tape.onBackward(y, (dy) => emitGradients(tape, { dy, x, batch, scaling, attributes }));
  return y;
}

function emitBatchStatistics(tape: Tape, x: Value): Statistics {
  const channels = [x.shape.at(-1) ?? 0];
  const outputs = {
    mean: tape.batchStatistic("mean", channels),
    variance: tape.batchStatistic("variance", channels),
  };
  tape.step({ op: "batchStatistics", inputs: { x: x.buffer }, outputs, attributes: {} });
  return outputs;
}

function emitNormalize(
  tape: Tape,
  x: Value,
  statistics: Statistics,
  { gamma, beta }: Scaling,
  attributes: NormalizationAttributes,
): Value {
  const y = tape.activation(x.shape, { inputs: [x], weights: [gamma, beta] });
  tape.step({
    op: "normalize",
    inputs: {
      x: x.buffer,
      ...statistics,
      ...scale(gamma),
      ...(beta !== undefined && { beta: beta.buffer }),
    },
    outputs: { y: y.buffer },
    attributes,
  });
  return y;
}

/** The gradients of beta and gamma are the sums that the gradient of `x` needs, so they are always computed. */
function emitGradients(
  tape: Tape,
  given: {
    readonly dy: BufferId;
    readonly x: Value;
    readonly batch: Statistics;
    readonly scaling: Scaling;
    readonly attributes: NormalizationAttributes;
  },
): void {
  const { dy, x, batch, attributes } = given;
  const { gamma, beta } = given.scaling;
  const channels = [x.shape.at(-1) ?? 0];
  const inputs = { dy, x: x.buffer, ...batch };
  const sums = {
    sumDy: beta?.gradient ?? tape.scratch("sumDy", channels),
    sumDyXhat: gamma?.gradient ?? tape.scratch("sumDyXhat", channels),
  };
  tape.step({ op: "normalizationSums", inputs, outputs: sums, attributes });
  if (!x.needsGradient) return;
  tape.step({
    op: "normalizationGradient",
    inputs: { ...inputs, ...scale(gamma), ...sums },
    outputs: { dx: tape.gradientOf(x) },
    attributes,
  });
}

function scale(gamma: Weight | undefined) {
  return gamma === undefined ? {} : { gamma: gamma.buffer };
}

/** Emits one step for all layers that share a momentum. It is a single launch when their vectors are contiguous in memory. */
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
