/**
 * `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`, channel by channel over all rows (Ioffe and Szegedy
 * 2015, algorithm 1). The gradient is theirs of section 3, simplified; with xHat the normalised values and
 * means over rows:
 *
 *   dbeta = sum(dy)    dgamma = sum(dy * xHat)
 *   dx    = gamma / sqrt(variance + epsilon) * (dy - mean(dy) - xHat * mean(dy * xHat))
 */
import type { NormalizationAttributes } from "../../plan/operations.ts";
import { type Kernel, type Memory, rowSides } from "./kernel.ts";

export const batchNormalizationForward: Kernel<"batchNormalization"> = (
  { inputs, outputs, attributes },
  memory,
) => {
  const x = memory.values(inputs.x);
  const mean = memory.values(outputs.mean);
  const variance = memory.values(outputs.variance);
  const [rows, channels] = rowSides(memory.shape(inputs.x));
  for (let channel = 0; channel < channels; channel += 1) {
    let sum = 0;
    for (let at = channel; at < x.length; at += channels) sum += x[at] as number;
    const center = sum / rows;
    let squares = 0;
    for (let at = channel; at < x.length; at += channels)
      squares += ((x[at] as number) - center) ** 2;
    mean[channel] = center;
    variance[channel] = squares / rows;
  }
  normalize({ ...inputs, ...outputs }, attributes, memory);
};

export const batchNormalizationInferenceForward: Kernel<"batchNormalizationInference"> = (
  { inputs, outputs, attributes },
  memory,
) => normalize({ ...inputs, ...outputs }, attributes, memory);

export const batchNormalizationGradient: Kernel<"batchNormalizationGradient"> = (
  { inputs, outputs, attributes },
  memory,
) => {
  const dy = beforeActivation(inputs, attributes, memory);
  const x = memory.values(inputs.x);
  const mean = memory.values(inputs.mean);
  const variance = memory.values(inputs.variance);
  const gamma = memory.optional(inputs.gamma);
  const dx = memory.optional(outputs.dx);
  const dgamma = memory.optional(outputs.dgamma);
  const dbeta = memory.optional(outputs.dbeta);
  const [rows, channels] = rowSides(memory.shape(inputs.x));
  for (let channel = 0; channel < channels; channel += 1) {
    const center = mean[channel] as number;
    const scale = 1 / Math.sqrt((variance[channel] as number) + attributes.epsilon);
    let [sum, product] = [0, 0];
    for (let at = channel; at < x.length; at += channels) {
      sum += dy[at] as number;
      product += (dy[at] as number) * ((x[at] as number) - center) * scale;
    }
    if (dbeta !== undefined) dbeta[channel] = sum;
    if (dgamma !== undefined) dgamma[channel] = product;
    if (dx === undefined) continue;
    const share = scale * (gamma?.[channel] ?? 1);
    for (let at = channel; at < x.length; at += channels) {
      const normalized = ((x[at] as number) - center) * scale;
      dx[at] = share * ((dy[at] as number) - sum / rows - (normalized * product) / rows);
    }
  }
};

export const movingAverage: Kernel<"movingAverage"> = (
  { inputs, updates, attributes: { momentum } },
  memory,
) => {
  inputs.batch.forEach((id, index) => {
    const batch = memory.values(id);
    const moving = memory.optional(updates.moving[index]);
    if (moving === undefined) throw new RangeError("a moving statistic is missing");
    for (let at = 0; at < batch.length; at += 1)
      moving[at] = (moving[at] as number) * momentum + (batch[at] as number) * (1 - momentum);
  });
};

interface NormalizationOperands {
  readonly x: number;
  readonly y: number;
  readonly mean: number;
  readonly variance: number;
  readonly gamma?: number;
  readonly beta?: number;
}

function normalize(
  operands: NormalizationOperands,
  { epsilon, activation }: NormalizationAttributes,
  memory: Memory,
): void {
  const x = memory.values(operands.x);
  const y = memory.values(operands.y);
  const mean = memory.values(operands.mean);
  const variance = memory.values(operands.variance);
  const gamma = memory.optional(operands.gamma);
  const beta = memory.optional(operands.beta);
  const [, channels] = rowSides(memory.shape(operands.x));
  for (let at = 0; at < x.length; at += 1) {
    const channel = at % channels;
    const scale = Math.sqrt((variance[channel] as number) + epsilon);
    const normalized = ((x[at] as number) - (mean[channel] as number)) / scale;
    const value = normalized * (gamma?.[channel] ?? 1) + (beta?.[channel] ?? 0);
    y[at] = activation === "relu" ? Math.max(0, value) : value;
  }
}

/** The gradient behind a fused activation, whose mask is in its output. */
function beforeActivation(
  { dy, y }: { readonly dy: number; readonly y?: number },
  { activation }: NormalizationAttributes,
  memory: Memory,
): Float64Array {
  const gradient = memory.values(dy);
  if (activation === "linear") return gradient;
  const output = memory.optional(y);
  if (output === undefined) throw new RangeError("a fused activation needs its output");
  return gradient.map((value, at) => ((output[at] as number) > 0 ? value : 0));
}
