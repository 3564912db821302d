/**
 * Images in memory as they are stored: pixels and class indices. This file defines the type that `data/` hands to training, and
 * cuts a block of images into batches. The engine standardises and resizes.
 */

/** 1 for grey, 3 for RGB. */
export type Channels = 1 | 3;

/** Bytes, or floats in the range of bytes, 0 to 255. */
export type Pixels = Uint8Array | Float32Array;

/** Structurally the executor's `PixelBatch`; data stands below the executors and does not import them. */
export interface ImageBatch<P extends Pixels = Uint8Array> {
  readonly kind: "pixels";
  /** `[numImages, height, width, channels]`; the channels are grey or RGB. */
  readonly pixels: P;
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  /** `[numImages]`, class indices. */
  readonly labels: Uint8Array;
  readonly numImages: number;
}

/** Allocates `numImages` images, all zero. */
export function emptyImages(
  numImages: number,
  height: number,
  width: number,
  channels: Channels = 1,
): ImageBatch {
  return {
    kind: "pixels",
    pixels: new Uint8Array(numImages * height * width * channels),
    labels: new Uint8Array(numImages),
    height,
    width,
    channels,
    numImages,
  };
}

/** The number of values in one image, which is its bytes unless the values are floats. */
export function imageBytes({
  height,
  width,
  channels,
}: Pick<ImageBatch, "height" | "width" | "channels">): number {
  return height * width * channels;
}

/** Returns images `[first, first + numImages)` of a block as a view: no bytes are copied. */
export function sliceImages(images: ImageBatch, first: number, numImages: number): ImageBatch;
export function sliceImages(
  images: ImageBatch<Pixels>,
  first: number,
  numImages: number,
): ImageBatch<Pixels>;
export function sliceImages(
  images: ImageBatch<Pixels>,
  first: number,
  numImages: number,
): ImageBatch<Pixels> {
  const imageSize = imageBytes(images);
  return {
    kind: "pixels",
    pixels: images.pixels.subarray(first * imageSize, (first + numImages) * imageSize),
    labels: images.labels.subarray(first, first + numImages),
    height: images.height,
    width: images.width,
    channels: images.channels,
    numImages,
  };
}

/**
 * Yields all images in order, `batchSize` at a time; the last batch may be smaller. The batches are views: no bytes are copied.
 */
export function* cutBatches(images: ImageBatch, batchSize: number): Generator<ImageBatch> {
  for (let first = 0; first < images.numImages; first += batchSize) {
    yield sliceImages(images, first, Math.min(batchSize, images.numImages - first));
  }
}
