import { greatestOf } from "../../core/numbers.ts";
import { rowSides } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";

export const softmax: Kernel<"softmax"> = ({ x, y }, _, shapes) => {
  const [rows, channels] = rowSides(shapes.x);
  for (let row = 0; row < rows; row += 1) {
    const logits = x.subarray(row * channels, (row + 1) * channels);
    y.set(softmaxOf(logits), row * channels);
  }
};

/** `dx = y * (dy - sum(dy * y))` */
export const softmaxGradient: Kernel<"softmaxGradient"> = ({ dy, y, dx }, _, shapes) => {
  const [rows, channels] = rowSides(shapes.y);
  for (let row = 0; row < rows; row += 1) {
    const [first, end] = [row * channels, (row + 1) * channels];
    let product = 0;
    for (let at = first; at < end; at += 1) product += (dy[at] as number) * (y[at] as number);
    for (let at = first; at < end; at += 1)
      dx[at] = (y[at] as number) * ((dy[at] as number) - product);
  }
};

export const logSoftmax: Kernel<"logSoftmax"> = ({ x, y }, _, shapes) => {
  const [rows, channels] = rowSides(shapes.x);
  for (let row = 0; row < rows; row += 1) {
    const logits = x.subarray(row * channels, (row + 1) * channels);
    const largest = greatestOf(logits);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
    y.set(
      logits.map((logit) => logit - largest - Math.log(sum)),
      row * channels,
    );
  }
};

/** `dx = dy - exp(y) * sum(dy)` */
export const logSoftmaxGradient: Kernel<"logSoftmaxGradient"> = ({ dy, y, dx }, _, shapes) => {
  const [rows, channels] = rowSides(shapes.y);
  for (let row = 0; row < rows; row += 1) {
    const [first, end] = [row * channels, (row + 1) * channels];
    const sum = dy.subarray(first, end).reduce((total, slope) => total + slope, 0);
    for (let at = first; at < end; at += 1)
      dx[at] = (dy[at] as number) - Math.exp(y[at] as number) * sum;
  }
};

/** Computes the softmax of one row, shifted by its largest value so that nothing overflows. */
export function softmaxOf(logits: Float64Array): Float64Array {
  const largest = greatestOf(logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
