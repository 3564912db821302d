/**
 * Maps the rows of a product to positions of a larger map. The gradient of a strided pointwise convolution reaches one pixel
 * per stride and has zeros between them. The rows of these zeros come after all others, so that whole tiles of them compute
 * nothing.
 */
import { mapSides, type Shape, sizeOf } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import { windowNumbers } from "../window.ts";

export interface Spread {
  /** The rows of the left factor, followed by the zero rows. */
  readonly rows: number;
  readonly numbers: Readonly<Record<string, number>>;
  /** The number of the left factor's own rows; those after them are zero. */
  readonly places: number;
  /** An independent implementation of `spread_row`; undefined beyond the border. */
  target(row: number): number | undefined;
  /** WGSL of `spread_row(row)`: the target row, or `NOWHERE` for zeros beyond the border. */
  readonly functions: string;
}

/**
 * @param x the map
 * @param y its positions under a window of one pixel without padding.
 */
export function spreadPlaces(attributes: WindowAttributes, x: Shape, y: Shape): Spread {
  const places = sizeOf(mapSides(y).slice(0, 3));
  const [tall, wide] = attributes.strides;
  const [, height, width] = mapSides(x);
  const [, rows, columns] = mapSides(y);
  return {
    rows: places * sizeOf(attributes.strides),
    places,
    target(row) {
      const [place, beside] = [row % places, Math.floor(row / places)];
      const image = Math.floor(place / (columns * rows));
      const h = (Math.floor(place / columns) % rows) * tall + Math.floor(beside / wide);
      const w = (place % columns) * wide + (beside % wide);
      return h < height && w < width ? (image * height + h) * width + w : undefined;
    },
    numbers: { ...windowNumbers(attributes, x, y), places },
    functions: `const NOWHERE = 0xffffffffu;
fn spread_row(row: u32) -> u32 {
  let place = row % p.places;
  let beside = row / p.places;
  let h = ((place / p.columns) % p.rows) * p.strideHeight + beside / p.strideWidth;
  let w = (place % p.columns) * p.strideWidth + beside % p.strideWidth;
  let outside = (h >= p.height) | (w >= p.width);
  return select(((place / (p.columns * p.rows)) * p.height + h) * p.width + w, NOWHERE, outside);
}`,
  };
}
