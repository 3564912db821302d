/** Turns images as a model file takes them into the graph's input. */
import { sizeOf } from "../core/shape.ts";
import type { ImportedInput } from "./importedModel.ts";

/**
 * Scales values and puts channels last.
 * @param images one after another, each of the shape of `input`.
 */
export function preparedInput(
  { shape, channelsFirst, scale, offset }: ImportedInput,
  images: Float32Array,
): Float32Array {
  const size = sizeOf(shape);
  const channels = shape.length === 3 ? ((channelsFirst ? shape[0] : shape[2]) ?? 1) : 1;
  const places = size / channels;
  return images.map((_, index) => {
    const inImage = index % size;
    const channel = inImage % channels;
    const from = channelsFirst ? channel * places + Math.floor(inImage / channels) : inImage;
    const value = images[index - inImage + from] ?? 0;
    return value * at(scale, channel) + at(offset, channel);
  });
}

function at(list: readonly number[], channel: number): number {
  return list[list.length === 1 ? 0 : channel] ?? 0;
}
