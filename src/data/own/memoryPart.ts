/** A part of a data set whose images are in memory. */
import type { Channels, PixelBatch, Pixels } from "../../core/pixelBatch.ts";
import { fingerprintOf } from "./duplicates.ts";
import type { OwnPart } from "./ownData.ts";

export interface MemoryImages {
  /** `[numImages, height, width, channels]`, values from 0 to 255. */
  readonly pixels: Pixels;
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
}

/** @param labels `[numImages]` */
export function memoryPart(name: string, images: MemoryImages, labels: Uint8Array): OwnPart {
  const { pixels, height, width, channels } = images;
  const imageSize = height * width * channels;
  return {
    name,
    labels,
    fingerprint: async (index) => {
      const image = pixels.subarray(index * imageSize, (index + 1) * imageSize);
      return fingerprintOf(new Uint8Array(image.buffer, image.byteOffset, image.byteLength));
    },
    read: async (indices) => {
      const numImages = indices.length;
      const taken =
        pixels instanceof Uint8Array
          ? new Uint8Array(numImages * imageSize)
          : new Float32Array(numImages * imageSize);
      const takenLabels = new Uint8Array(numImages);
      for (let place = 0; place < numImages; place += 1) {
        const index = indices[place] ?? 0;
        taken.set(pixels.subarray(index * imageSize, (index + 1) * imageSize), place * imageSize);
        takenLabels[place] = labels[index] ?? 0;
      }
      const batch: PixelBatch = {
        kind: "pixels",
        pixels: taken,
        height,
        width,
        channels,
        labels: takenLabels,
        numImages,
      };
      return batch;
    },
  };
}
