/**
 * `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`, channel by channel over all rows (Ioffe and Szegedy
 * 2015, algorithm 1). The gradient is theirs of section 3, simplified; with xHat the normalised values and
 * means over rows:
 *
 *   dbeta = sum(dy)    dgamma = sum(dy * xHat)
 *   dx    = gamma / sqrt(variance + epsilon) * (dy - mean(dy) - xHat * mean(dy * xHat))
 */
import { rowSides } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";

export const batchStatistics: Kernel<"batchStatistics"> = ({ x, mean, variance }, _, shapes) => {
  const [rows, channels] = rowSides(shapes.x);
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
};

export const normalize: Kernel<"normalize"> = (
  { x, mean, variance, gamma, beta, y },
  { epsilon },
) => {
  for (let at = 0; at < x.length; at += 1) {
    const channel = at % mean.length;
    const scale = Math.sqrt((variance[channel] as number) + epsilon);
    const xHat = ((x[at] as number) - (mean[channel] as number)) / scale;
    y[at] = xHat * (gamma?.[channel] ?? 1) + (beta?.[channel] ?? 0);
  }
};

export const normalizationSums: Kernel<"normalizationSums"> = (
  { dy, x, mean, variance, sumDy, sumDyXhat },
  { epsilon },
) => {
  const channels = mean.length;
  for (let channel = 0; channel < channels; channel += 1) {
    const scale = 1 / Math.sqrt((variance[channel] as number) + epsilon);
    let [sum, product] = [0, 0];
    for (let at = channel; at < x.length; at += channels) {
      sum += dy[at] as number;
      product += (dy[at] as number) * ((x[at] as number) - (mean[channel] as number)) * scale;
    }
    sumDy[channel] = sum;
    sumDyXhat[channel] = product;
  }
};

export const normalizationGradient: Kernel<"normalizationGradient"> = (
  { dy, x, mean, variance, gamma, sumDy, sumDyXhat, dx },
  { epsilon },
  shapes,
) => {
  const [rows, channels] = rowSides(shapes.x);
  for (let at = 0; at < x.length; at += 1) {
    const channel = at % channels;
    const scale = 1 / Math.sqrt((variance[channel] as number) + epsilon);
    const xHat = ((x[at] as number) - (mean[channel] as number)) * scale;
    const common = ((sumDy[channel] as number) + xHat * (sumDyXhat[channel] as number)) / rows;
    dx[at] = scale * (gamma?.[channel] ?? 1) * ((dy[at] as number) - common);
  }
};

export const movingAverage: Kernel<"movingAverage"> = (operands, { momentum }) => {
  operands.batch.forEach((batch, index) => {
    const moving = operands.moving[index];
    if (moving === undefined) throw new RangeError("a moving statistic is missing");
    for (let at = 0; at < batch.length; at += 1)
      moving[at] = (moving[at] as number) * momentum + (batch[at] as number) * (1 - momentum);
  });
};
