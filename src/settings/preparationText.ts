/** Describes the preparation of an image, for readers of a saved network. */
import { linearPreparation } from "./preparation.ts";
import type { Settings } from "./settings.ts";

/** Describes what `prepareBatch` of every engine does with an image. */
export function preparationText({ preparation, inputSize, inputChannels }: Settings): string {
  const linear = linearPreparation(preparation, inputChannels);
  const values =
    linear === undefined
      ? "Each image is standardised by itself, (x - mean) / max(standard deviation, 1 / sqrt(number of values))"
      : `Each byte x becomes ${linear.scale} x + (${linear.offsets.join(", ")})${linear.reversed ? ", the channels taken backwards" : ""}`;
  const tiled =
    inputChannels > 1
      ? `; a grey image is taken ${inputChannels} times, once for each channel`
      : "";
  return `${values}, then scaled to ${inputSize} x ${inputSize} pixels (bilinear, half-pixel centres)${tiled}.`;
}
