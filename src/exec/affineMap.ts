/**
 * Augmentation as every engine understands it: for each image six numbers that say where in the stored image each
 * pixel of the augmented one lies. What is drawn, and when, is the run's (`train/data/augmentBatch.ts`); engines only look the
 * pixels up, before they standardise and resize.
 */

/** Numbers of one map. */
export const MAP_NUMBERS = 6;

/**
 * `[a, b, c, d, e, f]`: the pixel at column x and row y is the stored image at column `a x + b y + c` and row
 * `d x + e y + f`, bilinear between its pixels; a place beyond the border is the nearest one on it.
 */
export type AffineMap = readonly [number, number, number, number, number, number];

/** What is done to one image, in the terms of Keras' `ImageDataGenerator`. */
export interface Distortion {
  /** Left and right exchanged, after everything else. */
  readonly flipped: boolean;
  /** Pixels by which what is seen lies to the right in the stored image; negative to the left. */
  readonly shiftX: number;
  /** The same downwards. */
  readonly shiftY: number;
  /** Degrees. */
  readonly shear: number;
  /** Below 1 enlarges, above 1 makes smaller. */
  readonly zoomX: number;
  readonly zoomY: number;
}

/** The map of a distortion about the middle of the image: `apply_affine_transform` of Keras 3, shift x shear x zoom. */
export function affineMap(
  { flipped, shiftX, shiftY, shear, zoomX, zoomY }: Distortion,
  height: number,
  width: number,
): AffineMap {
  const angle = (shear * Math.PI) / 180;
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const a = flipped ? -zoomX : zoomX;
  const b = -Math.sin(angle) * zoomY;
  const e = Math.cos(angle) * zoomY;
  const c = middleX + shiftX - a * middleX - b * middleY;
  return [a, b, c, 0, e, middleY + shiftY - e * middleY];
}
