import { mapSides, type Shape, sizeOf } from "../../core/shape.ts";
import type { AveragePoolAttributes } from "../../plan/operations.ts";
import type { Kernel } from "./kernel.ts";
import { forEachTap } from "./window.ts";

export const averagePool: Kernel<"averagePool"> = ({ x, y }, attributes, shapes) => {
  y.fill(0);
  const channels = mapSides(shapes.x)[3];
  const counts = windowCounts(attributes, shapes.x, shapes.y);
  forEachTap(attributes, shapes.x, shapes.y, (pixel, place) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const at = place * channels + channel;
      const value = x[pixel * channels + channel] as number;
      y[at] = (y[at] as number) + value / (counts[place] as number);
    }
  });
};

export const averagePoolGradient: Kernel<"averagePoolGradient"> = (
  { dy, dx },
  attributes,
  shapes,
) => {
  dx.fill(0);
  const channels = mapSides(shapes.dx)[3];
  const counts = windowCounts(attributes, shapes.dx, shapes.dy);
  forEachTap(attributes, shapes.dx, shapes.dy, (pixel, place) => {
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
