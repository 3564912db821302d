/**
 * The type of images in memory as they are stored: pixels and class indices. `data/` passes it to training, and training to an
 * engine.
 */

/** 1 for grey, 3 for RGB. */
export type Channels = 1 | 3;

/** Bytes, or floats in the range of bytes, 0 to 255. */
export type Pixels = Uint8Array | Float32Array;

/** The engine prepares and resizes the images on its device, and repeats a grey image for every channel of the network. */
export interface PixelBatch<P extends Pixels = Pixels> {
  readonly kind: "pixels";
  /** `[numImages, height, width, channels]` */
  readonly pixels: P;
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  /** Only in an augmented batch: `[numImages, MAP_NUMBERS]`, an `AffineMap` for each image, which the device applies. */
  readonly maps?: Float32Array;
  /** `[numImages]`, class indices. */
  readonly labels: Uint8Array;
  readonly numImages: number;
}
