import { mapSides, type Shape } from "../../core/shape.ts";
import type { WindowAttributes } from "../../plan/operations.ts";
import { startWithBias } from "./bias.ts";
import type { Kernel } from "./kernel.ts";
import { forEachTap } from "./window.ts";

export const depthwiseConv2d: Kernel<"depthwiseConv2d"> = (
  { x, filter, bias, y },
  attributes,
  shapes,
) => {
  startWithBias(y, shapes.y, bias);
  forEachProduct(attributes, shapes.x, shapes.y, (channel, weight, place) => {
    y[place] = (y[place] as number) + (x[channel] as number) * (filter[weight] as number);
  });
};

export const depthwiseConv2dInputGradient: Kernel<"depthwiseConv2dInputGradient"> = (
  { dy, filter, dx },
  attributes,
  shapes,
) => {
  dx.fill(0);
  forEachProduct(attributes, shapes.dx, shapes.dy, (channel, weight, place) => {
    dx[channel] = (dx[channel] as number) + (dy[place] as number) * (filter[weight] as number);
  });
};

export const depthwiseConv2dFilterGradient: Kernel<"depthwiseConv2dFilterGradient"> = (
  { x, dy, dfilter },
  attributes,
  shapes,
) => {
  dfilter.fill(0);
  forEachProduct(attributes, shapes.x, shapes.dy, (channel, weight, place) => {
    dfilter[weight] = (dfilter[weight] as number) + (x[channel] as number) * (dy[place] as number);
  });
};

/** Visits every combination of an input value, a weight and an output that belong together, by their offsets. */
function forEachProduct(
  attributes: WindowAttributes,
  xShape: Shape,
  yShape: Shape,
  visit: (channel: number, weight: number, place: number) => void,
): void {
  const channels = mapSides(xShape)[3];
  const outputs = mapSides(yShape)[3];
  const multiplier = outputs / channels;
  forEachTap(attributes, xShape, yShape, (pixel, place, tap) => {
    for (let output = 0; output < outputs; output += 1) {
      const channel = Math.floor(output / multiplier);
      visit(pixel * channels + channel, tap * outputs + output, place * outputs + output);
    }
  });
}
