/** Decides in which form a network takes a picture that a person gives it: that of the images it was trained on. */

import type { StoredForm } from "../core/givenPicture.ts";
import type { Channels } from "../core/pixelBatch.ts";
import type { Settings } from "./settings.ts";

/** Images as a data set stores them. */
export interface StoredImages {
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
}

/** @param images those of the data; undefined before a run has opened its data. */
export function storedForm(
  { inputSize, inputChannels, dataSet }: Settings,
  images: StoredImages | undefined,
): StoredForm {
  const isGrey = inputChannels === 1 || images?.channels === 1;
  return {
    height: images?.height ?? inputSize,
    width: images?.width ?? inputSize,
    channels: isGrey ? 1 : 3,
    reduction: dataSet === "images" ? "nearest" : "average",
  };
}
