/**
 * Renders images as bytes for the page: as training sees them after augmentation, and as the network sees them after
 * preparation.
 */
import { joinBytes } from "../../core/joinArrays.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { sizeOf } from "../../core/shape.ts";
import type { DataLook } from "../../protocol/dataLook.ts";
import { linearPreparation } from "../../settings/preparation.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "./runData.ts";

type Pictures = DataLook["stored"];

/** Loads the reference's preparation. The batches passed to the result hold one image each. */
export async function preparedPictures({ inputSize, inputChannels, preparation }: Settings) {
  const [{ mappedPixels }, { prepareBatch }] = await Promise.all([
    import("../../exec/reference/mappedPixels.ts"),
    import("../../exec/reference/prepareBatch.ts"),
  ]);
  const shape = [inputSize, inputSize, inputChannels] as const;
  const linear = linearPreparation(preparation, inputChannels);
  return {
    /** Applies an image's affine map when it has one. */
    pictures: (images: readonly PixelBatch[], form: RunData["description"]): Pictures => ({
      height: form.height,
      width: form.width,
      channels: form.channels,
      pixels: joinBytes(images.map((image) => Uint8ClampedArray.from(mappedPixels(image, 0)))),
    }),
    /**
     * Stretches each image's own value range to black and white. Where channels have different offsets, these are subtracted
     * first.
     */
    prepared: (images: readonly PixelBatch[]): Pictures => ({
      height: inputSize,
      width: inputSize,
      channels: inputChannels === 3 ? 3 : 1,
      pixels: joinBytes(
        images.map((image) => {
          const values = new Float64Array(sizeOf(shape));
          prepareBatch(image, shape, linear, values);
          return stretched(values, linear?.offsets ?? []);
        }),
      ),
    }),
  };
}

/**
 * @param offsets one for each channel; they are subtracted, because an image of 0.1 beside a constant of 100 would be
 *   invisible.
 */
function stretched(values: Float64Array, offsets: readonly number[]): Uint8ClampedArray {
  const channels = Math.max(1, offsets.length);
  const plain = values.map((value, at) => value - (offsets[at % channels] ?? 0));
  const low = plain.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = plain.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const range = Math.max(high - low, Number.MIN_VALUE);
  return Uint8ClampedArray.from(plain, (value) => (255 * (value - low)) / range);
}
