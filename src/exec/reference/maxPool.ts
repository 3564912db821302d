import { mapSides } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";
import { forEachTap } from "./window.ts";

/** The first of equal values is the maximum; a NaN stays NaN. */
export const maxPool: Kernel<"maxPool"> = ({ x, y, argmax }, attributes, shapes) => {
  const channels = mapSides(shapes.x)[3];
  y.fill(Number.NEGATIVE_INFINITY);
  // A window of only -Infinity has a position too: that of its first tap.
  argmax?.fill(-1);
  forEachTap(attributes, shapes.x, shapes.y, (pixel, place, tap) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const value = x[pixel * channels + channel] as number;
      const at = place * channels + channel;
      const largest = y[at] as number;
      const isFirst = argmax !== undefined && argmax[at] === -1;
      if (!(value > largest || isFirst || Number.isNaN(value)) || Number.isNaN(largest)) continue;
      y[at] = value;
      if (argmax !== undefined) argmax[at] = tap;
    }
  });
};

/** Adds each gradient at the position of its maximum. */
export const maxPoolGradient: Kernel<"maxPoolGradient"> = (
  { dy, argmax, dx },
  attributes,
  shapes,
) => {
  dx.fill(0);
  const channels = mapSides(shapes.dx)[3];
  forEachTap(attributes, shapes.dx, shapes.dy, (pixel, place, tap) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const at = place * channels + channel;
      if (argmax[at] !== tap) continue;
      const target = pixel * channels + channel;
      dx[target] = (dx[target] as number) + (dy[at] as number);
    }
  });
};
