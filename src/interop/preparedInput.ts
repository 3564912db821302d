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
  const channels = channelsFirst ? (shape[0] ?? 1) : 1;
  const places = size / channels;
  return images.map((_, index) => {
    const inImage = index % size;
    const from = (inImage % channels) * places + Math.floor(inImage / channels);
    const value = images[index - inImage + from] ?? 0;
    return value * at(scale, inImage) + at(offset, inImage);
  });
}

/** A list has one number for all values, or one for each of the last axis or axes. */
function at(list: readonly number[], place: number): number {
  return list[place % list.length] ?? 0;
}
