/**
 * What each choice of `preparation` does to stored bytes, as numbers that every engine computes alike. Resizing, maps
 * and tiling are the engines'; what the standardisation of an image is, too.
 */
import { PlaygroundError } from "../core/errors.ts";
import type { Preparation } from "./settings.ts";

/** `scale * stored + offsets[channel]`, the stored channels taken backwards where `reversed`. */
export interface LinearPreparation {
  readonly scale: number;
  /** One for each channel of the network. */
  readonly offsets: readonly number[];
  /** Red, green, blue become blue, green, red. */
  readonly reversed: boolean;
}

/**
 * Means of ImageNet's pixels in bytes, blue first: what `imagenet_utils.preprocess_input` of Keras subtracts in its
 * mode "caffe".
 */
const IMAGENET_MEANS = [103.939, 116.779, 123.68] as const;

/**
 * What is done to the bytes of an image; undefined where each image is standardised by itself.
 *
 * "printed" is the transfer notebook's: it scales to -0.1 to 0.1, then lets Keras' helper exchange red and blue and
 * subtract the means, which are meant for bytes. What is left of the image is a thousandth of what is subtracted.
 *
 * @param channels of the network.
 * @throws PlaygroundError `setting.invalid` for "printed" in a network that sees no colours.
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
    case "printed":
      if (channels !== IMAGENET_MEANS.length) throw needsColours(channels);
      return {
        scale: 0.2 / 255,
        offsets: IMAGENET_MEANS.map((mean) => -0.1 - mean),
        reversed: true,
      };
  }
}

function needsColours(channels: number): PlaygroundError {
  return new PlaygroundError({
    code: "setting.invalid",
    where: "Preparation",
    rule: "as printed, it subtracts one mean from each of three channels",
    expected: "3 input channels",
    got: String(channels),
    remedy: "Set Input channels to 3, or choose another preparation.",
    context: { setting: "preparation" },
  });
}
