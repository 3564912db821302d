/**
 * Augmentation in the form that every engine implements: for each image six numbers that map each pixel of the augmented image
 * to its position in the stored image. The run decides what is drawn and when (`train/data/augmentBatch.ts`); engines only look
 * up the pixels, before they standardise and resize.
 */

/** The number of values in one map. */
export const MAP_NUMBERS = 6;

/**
 * `[a, b, c, d, e, f]`: the pixel at column x and row y is the stored image at column `a x + b y + c` and row `d x + e y + f`,
 * interpolated bilinearly. A position outside of the image takes the nearest pixel of the border.
 */
export type AffineMap = readonly [number, number, number, number, number, number];

/** The distortion of one image, in the terms of Keras' `ImageDataGenerator`. */
export interface Distortion {
  /** Mirrors left to right, after everything else. */
  readonly flipped: boolean;
  /** Number of pixels by which the visible part moves to the right in the stored image; negative to the left. */
  readonly shiftX: number;
  /** The same downwards. */
  readonly shiftY: number;
  /** In degrees. */
  readonly shear: number;
  /** Below 1 enlarges, above 1 reduces. */
  readonly zoomX: number;
  readonly zoomY: number;
}

/**
 * Returns the map of a distortion about the centre of the image, like `apply_affine_transform` of Keras 3: shift x shear x
 * zoom.
 */
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
