/**
 * The numbers behind each choice of `preparation`, so that every engine converts stored bytes in the same way. The engines
 * implement resizing, affine maps, tiling and the standardisation of an image.
 */
import { PlaygroundError } from "../core/errors.ts";
import type { Preparation } from "./settings.ts";

/** Computes `scale * stored + offsets[channel]`. With `reversed`, the stored channels are taken in reverse order. */
export interface LinearPreparation {
  readonly scale: number;
  /** One for each channel of the network. */
  readonly offsets: readonly number[];
  /** Red, green, blue become blue, green, red. */
  readonly reversed: boolean;
}

/**
 * Mean pixel values of ImageNet in bytes, blue first: what `imagenet_utils.preprocess_input` of Keras subtracts in its mode
 * "caffe".
 */
const IMAGENET_MEANS = [103.939, 116.779, 123.68] as const;

/**
 * Returns the conversion of an image's bytes; undefined when each image is standardised by its own mean and deviation.
 *
 * "printed" is the transfer notebook's: it scales to -0.1 to 0.1, then lets Keras' helper swap red and blue and subtract the
 * means, which are meant for bytes. The remaining image is a thousandth of what is subtracted.
 *
 * @param channels of the network.
 * @throws PlaygroundError `setting.invalid` for "printed" and "caffe" in a network without colour channels.
 */
export function linearPreparation(
  preparation: Preparation,
  channels: number,
): LinearPreparation | undefined {
  const same = (offset: number) => Array.from({ length: channels }, () => offset);
  switch (preparation) {
    case "standardize":
      return undefined;
    case "unit":
      return { scale: 1 / 255, offsets: same(0), reversed: false };
    case "symmetric":
      return { scale: 1 / 127.5, offsets: same(-1), reversed: false };
    case "bytes":
      return { scale: 1, offsets: same(0), reversed: false };
    case "caffe":
      requireColours(channels);
      return { scale: 1, offsets: IMAGENET_MEANS.map((mean) => -mean), reversed: true };
    case "printed":
      requireColours(channels);
      return {
        scale: 0.2 / 255,
        offsets: IMAGENET_MEANS.map((mean) => -0.1 - mean),
        reversed: true,
      };
  }
}

function requireColours(channels: number): void {
  if (channels === IMAGENET_MEANS.length) return;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: "Preparation",
    rule: "it subtracts one mean from each of three channels",
    expected: "3 input channels",
    got: String(channels),
    remedy: "Choose another preparation, or a network with three input channels.",
    context: { setting: "preparation" },
  });
}
