/** Makes blocks of images in memory and cuts them into batches. The engine standardises and resizes. */
import type { Channels, PixelBatch } from "../core/pixelBatch.ts";

/** Allocates `numImages` images, all zero. */
export function emptyImages(
  numImages: number,
  height: number,
  width: number,
  channels: Channels = 1,
): PixelBatch<Uint8Array> {
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
}: Pick<PixelBatch<Uint8Array>, "height" | "width" | "channels">): number {
  return height * width * channels;
}

/** Returns images `[first, first + numImages)` of a block as a view: no bytes are copied. */
export function sliceImages(
  images: PixelBatch<Uint8Array>,
  first: number,
  numImages: number,
): PixelBatch<Uint8Array>;
export function sliceImages(images: PixelBatch, first: number, numImages: number): PixelBatch;
export function sliceImages(images: PixelBatch, first: number, numImages: number): PixelBatch {
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
 * Returns copies of the images at these places of a block.
 * @throws RangeError for a place that the block does not have.
 */
export function pickImages(
  images: PixelBatch<Uint8Array>,
  places: readonly number[],
): PixelBatch<Uint8Array> {
  const { height, width, channels } = images;
  const picked = emptyImages(places.length, height, width, channels);
  for (const [at, place] of places.entries()) {
    if (place >= images.numImages) throw new RangeError(`there is no image ${place}`);
    const { pixels, labels } = sliceImages(images, place, 1);
    picked.pixels.set(pixels, at * imageBytes(images));
    picked.labels.set(labels, at);
  }
  return picked;
}

/**
 * Yields all images in order, `batchSize` at a time; the last batch may be smaller. The batches are views: no bytes are copied.
 */
export function* cutBatches(
  images: PixelBatch<Uint8Array>,
  batchSize: number,
): Generator<PixelBatch<Uint8Array>> {
  for (let first = 0; first < images.numImages; first += batchSize) {
    yield sliceImages(images, first, Math.min(batchSize, images.numImages - first));
  }
}
