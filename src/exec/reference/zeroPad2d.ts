import { mapSides, type Pair, type Shape } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";

export const zeroPad2d: Kernel<"zeroPad2d"> = ({ x, y }, { padding }, shapes) => {
  y.fill(0);
  forEachRow(shapes.x, shapes.y, padding, (inner, outer, length) =>
    y.set(x.subarray(inner, inner + length), outer),
  );
};

export const zeroPad2dGradient: Kernel<"zeroPad2dGradient"> = ({ dy, dx }, { padding }, shapes) =>
  forEachRow(shapes.dx, shapes.dy, padding, (inner, outer, length) =>
    dx.set(dy.subarray(outer, outer + length), inner),
  );

/** Visits each row of the map with its offsets in the map and in the padded map. */
function forEachRow(
  inside: Shape,
  outside: Shape,
  [top, left]: Pair,
  visit: (inner: number, outer: number, length: number) => void,
): void {
  const [numImages, height, width, channels] = mapSides(inside);
  const [, outerHeight, outerWidth] = mapSides(outside);
  for (let image = 0; image < numImages; image += 1) {
    for (let row = 0; row < height; row += 1) {
      const inner = (image * height + row) * width * channels;
      const outer = ((image * outerHeight + top + row) * outerWidth + left) * channels;
      visit(inner, outer, width * channels);
    }
  }
}
