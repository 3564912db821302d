/** Turns images as a model file takes them into the graph's input. */
import { sizeOf } from "../core/shape.ts";
import type { ImportedInput } from "./importedModel.ts";
import { at } from "./scaling.ts";

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
