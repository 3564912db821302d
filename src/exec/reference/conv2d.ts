/** Grouped convolution: group `g` maps channels `g I ...` to filters `g F/groups ...`. */
import { mapSides, type Shape } from "../../core/shape.ts";
import type { ConvolutionAttributes } from "../../plan/operations.ts";
import { startWithBias } from "./bias.ts";
import type { Kernel } from "./kernel.ts";
import { forEachTap } from "./window.ts";

export const conv2d: Kernel<"conv2d"> = ({ x, filter, bias, y }, attributes, shapes) => {
  startWithBias(y, shapes.y, bias);
  forEachProduct(attributes, shapes.x, shapes.y, (channel, weights, places, count) => {
    const value = x[channel] as number;
    for (let f = 0; f < count; f += 1)
      y[places + f] = (y[places + f] as number) + value * (filter[weights + f] as number);
  });
};

export const conv2dInputGradient: Kernel<"conv2dInputGradient"> = (
  { dy, filter, dx },
  attributes,
  shapes,
) => {
  dx.fill(0);
  forEachProduct(attributes, shapes.dx, shapes.dy, (channel, weights, places, count) => {
    let sum = 0;
    for (let f = 0; f < count; f += 1)
      sum += (dy[places + f] as number) * (filter[weights + f] as number);
    dx[channel] = (dx[channel] as number) + sum;
  });
};

export const conv2dFilterGradient: Kernel<"conv2dFilterGradient"> = (
  { x, dy, dfilter },
  attributes,
  shapes,
) => {
  dfilter.fill(0);
  forEachProduct(attributes, shapes.x, shapes.dy, (channel, weights, places, count) => {
    const value = x[channel] as number;
    for (let f = 0; f < count; f += 1)
      dfilter[weights + f] = (dfilter[weights + f] as number) + value * (dy[places + f] as number);
  });
};

/**
 * Visits every input value under every tap together with the filters of its group.
 *
 * @param visit gets the offset of the input value, the offsets of the first weight and the first output that it contributes to,
 *   and how many of each follow.
 */
function forEachProduct(
  attributes: ConvolutionAttributes,
  xShape: Shape,
  yShape: Shape,
  visit: (channel: number, weights: number, places: number, count: number) => void,
): void {
  const { groups } = attributes;
  const channels = mapSides(xShape)[3];
  const filters = mapSides(yShape)[3];
  const [channelsOfGroup, filtersOfGroup] = [channels / groups, filters / groups];
  forEachTap(attributes, xShape, yShape, (pixel, place, tap) => {
    for (let group = 0; group < groups; group += 1) {
      const places = place * filters + group * filtersOfGroup;
      for (let own = 0; own < channelsOfGroup; own += 1) {
        const weights = (tap * channelsOfGroup + own) * filters + group * filtersOfGroup;
        visit(pixel * channels + group * channelsOfGroup + own, weights, places, filtersOfGroup);
      }
    }
  });
}
