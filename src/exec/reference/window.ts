/** The loop over sliding windows that convolutions and pools share. */
import { mapSides, type Shape } from "../../core/shape.ts";
import type { WindowAttributes } from "../../plan/operations.ts";

/**
 * Visits every position of every window that is inside the map, window by window in row order.
 *
 * @param x shape of the map, `[N, H, W, C]`.
 * @param y shape of the result, `[N, P, Q, F]`.
 * @param visit `pixel` and `place` are pixel indices in map and result over the whole batch; multiplied by the number of
 *   channels they are offsets. `tap` is the index within the window.
 */
export function forEachTap(
  { kernel, strides, dilation, padding }: WindowAttributes,
  x: Shape,
  y: Shape,
  visit: (pixel: number, place: number, tap: number) => void,
): void {
  const [numImages, height, width] = mapSides(x);
  const [, rows, columns] = mapSides(y);
  for (let image = 0; image < numImages; image += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const place = (image * rows + row) * columns + column;
        for (let tapRow = 0; tapRow < kernel[0]; tapRow += 1) {
          const high = row * strides[0] - padding[0] + tapRow * dilation[0];
          if (high < 0 || high >= height) continue;
          for (let tapColumn = 0; tapColumn < kernel[1]; tapColumn += 1) {
            const wide = column * strides[1] - padding[1] + tapColumn * dilation[1];
            if (wide < 0 || wide >= width) continue;
            visit((image * height + high) * width + wide, place, tapRow * kernel[1] + tapColumn);
          }
        }
      }
    }
  }
}
