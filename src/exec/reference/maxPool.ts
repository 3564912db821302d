import { mapSides } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";
import { forEachTap } from "./window.ts";

/** The first of equal values is the maximum; a NaN stays NaN. */
export const maxPoolForward: Kernel<"maxPool"> = ({ inputs, outputs, attributes }, memory) => {
  const x = memory.values(inputs.x);
  const y = memory.values(outputs.y).fill(Number.NEGATIVE_INFINITY);
  const argmax = memory.optional(outputs.argmax);
  const [xShape, yShape] = [memory.shape(inputs.x), memory.shape(outputs.y)];
  const channels = mapSides(xShape)[3];
  // A window of only -Infinity has a position too: that of its first tap.
  argmax?.fill(-1);
  forEachTap(attributes, xShape, yShape, (pixel, place, tap) => {
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
  { inputs, outputs, attributes },
  memory,
) => {
  const dy = memory.values(inputs.dy);
  const argmax = memory.values(inputs.argmax);
  const dx = memory.values(outputs.dx).fill(0);
  const [xShape, yShape] = [memory.shape(outputs.dx), memory.shape(inputs.dy)];
  const channels = mapSides(xShape)[3];
  forEachTap(attributes, xShape, yShape, (pixel, place, tap) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const at = place * channels + channel;
      if (argmax[at] !== tap) continue;
      const target = pixel * channels + channel;
      dx[target] = (dx[target] as number) + (dy[at] as number);
    }
  });
};
