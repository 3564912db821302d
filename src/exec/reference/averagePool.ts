import { mapSides, type Shape, sizeOf } from "../../core/shape.ts";
import type { AveragePoolAttributes } from "../../plan/operations.ts";
import type { Kernel } from "./kernel.ts";
import { forEachTap } from "./window.ts";

export const averagePoolForward: Kernel<"averagePool"> = (
  { inputs, outputs, attributes },
  memory,
) => {
  const x = memory.values(inputs.x);
  const y = memory.values(outputs.y).fill(0);
  const [xShape, yShape] = [memory.shape(inputs.x), memory.shape(outputs.y)];
  const channels = mapSides(xShape)[3];
  const counts = windowCounts(attributes, xShape, yShape);
  forEachTap(attributes, xShape, yShape, (pixel, place) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const at = place * channels + channel;
      const value = x[pixel * channels + channel] as number;
      y[at] = (y[at] as number) + value / (counts[place] as number);
    }
  });
};

export const averagePoolGradient: Kernel<"averagePoolGradient"> = (
  { inputs, outputs, attributes },
  memory,
) => {
  const dy = memory.values(inputs.dy);
  const dx = memory.values(outputs.dx).fill(0);
  const [xShape, yShape] = [memory.shape(outputs.dx), memory.shape(inputs.dy)];
  const channels = mapSides(xShape)[3];
  const counts = windowCounts(attributes, xShape, yShape);
  forEachTap(attributes, xShape, yShape, (pixel, place) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const target = pixel * channels + channel;
      const gradient = dy[place * channels + channel] as number;
      dx[target] = (dx[target] as number) + gradient / (counts[place] as number);
    }
  });
};

/** The divisor of each window: `[N * P * Q]`. */
function windowCounts(
  attributes: AveragePoolAttributes,
  xShape: Shape,
  yShape: Shape,
): Float64Array {
  const [numImages, rows, columns] = mapSides(yShape);
  const counts = new Float64Array(numImages * rows * columns);
  if (attributes.countPadding) return counts.fill(sizeOf(attributes.kernel));
  forEachTap(attributes, xShape, yShape, (_pixel, place) => {
    counts[place] = (counts[place] as number) + 1;
  });
  return counts;
}
