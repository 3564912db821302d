import { mapSides, type Shape } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";

export const globalAveragePool: Kernel<"globalAveragePool"> = ({ x, y }, _, shapes) => {
  y.fill(0);
  forEachValue(shapes.x, (at, average, pixels) => {
    y[average] = (y[average] as number) + (x[at] as number) / pixels;
  });
};

export const globalAveragePoolGradient: Kernel<"globalAveragePoolGradient"> = (
  { dy, dx },
  _,
  shapes,
) =>
  forEachValue(shapes.dx, (at, average, pixels) => {
    dx[at] = (dy[average] as number) / pixels;
  });

/** Visits each value of the map with the offset of its average and the number of values in it. */
function forEachValue(
  map: Shape,
  visit: (at: number, average: number, pixels: number) => void,
): void {
  const [numImages, height, width, channels] = mapSides(map);
  const pixels = height * width;
  for (let at = 0; at < numImages * pixels * channels; at += 1)
    visit(at, Math.floor(at / (pixels * channels)) * channels + (at % channels), pixels);
}
