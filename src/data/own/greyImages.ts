/** Converts colour images to grey, for a network with one input channel. */
import type { PixelBatch } from "../../core/pixelBatch.ts";

/**
 * Uses the luma of ITU-R 601, `0.299 R + 0.587 G + 0.114 B`, like Pillow's `convert("L")`, which Keras uses. Bytes are rounded.
 *
 * @param images `[numImages, height, width, 3]`
 */
export function toGrey(images: PixelBatch): PixelBatch {
  const { pixels } = images;
  const numPixels = pixels.length / 3;
  const grey =
    pixels instanceof Uint8Array ? new Uint8Array(numPixels) : new Float32Array(numPixels);
  const half = pixels instanceof Uint8Array ? 0.5 : 0;
  for (let at = 0, from = 0; at < numPixels; at += 1, from += 3) {
    const [red = 0, green = 0, blue = 0] = [pixels[from], pixels[from + 1], pixels[from + 2]];
    grey[at] = (19595 * red + 38470 * green + 7471 * blue) / 65536 + half;
  }
  return { ...images, pixels: grey, channels: 1 };
}
