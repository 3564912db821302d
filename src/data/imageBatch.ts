/**
 * Images in memory, as they are stored: grey bytes and class indices. Owns the type that data hands to
 * training and how one such block is cut into batches; standardising and resizing are the engine's.
 */

/** Structurally the executor's `PixelBatch`; data stands below the executors and does not import them. */
export interface ImageBatch {
  readonly kind: "pixels";
  /** `[numImages, height, width]`, one grey byte a pixel. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** `[numImages]`, class indices. */
  readonly labels: Uint8Array;
  readonly numImages: number;
}

/** Room for `numImages` images, all zero. */
export function emptyImages(numImages: number, height: number, width: number): ImageBatch {
  return {
    kind: "pixels",
    pixels: new Uint8Array(numImages * height * width),
    labels: new Uint8Array(numImages),
    height,
    width,
    numImages,
  };
}

/** Images `[first, first + numImages)` of a block. A view: no bytes are copied. */
export function sliceImages(images: ImageBatch, first: number, numImages: number): ImageBatch {
  const imageSize = images.height * images.width;
  return {
    kind: "pixels",
    pixels: images.pixels.subarray(first * imageSize, (first + numImages) * imageSize),
    labels: images.labels.subarray(first, first + numImages),
    height: images.height,
    width: images.width,
    numImages,
  };
}

/** All images in order, `batchSize` at a time; the last batch may be smaller. Views: no bytes are copied. */
export function* cutBatches(images: ImageBatch, batchSize: number): Generator<ImageBatch> {
  for (let first = 0; first < images.numImages; first += batchSize) {
    yield sliceImages(images, first, Math.min(batchSize, images.numImages - first));
  }
}
