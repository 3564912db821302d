/** How the bytes of pictures become the numbers that a model's input takes. No file says it outright, so it is guessed or given. */
import type { ImportedModel } from "../../interop/importedModel.ts";
import { type KnownPreparation, knownPreparation } from "../../interop/knownPreparation.ts";
import type { Preparation } from "../../settings/settings.ts";
import { type NameRule, requireName } from "../words.ts";

export type PictureScale = "0..255" | "0..1" | "-1..1" | "standardized" | "caffe" | "torch";

/** The names of `--scale` and what each does. */
export const PICTURE_SCALES: Readonly<Record<PictureScale, string>> = {
  "0..255": "the bytes as they are",
  "0..1": "divided by 255",
  "-1..1": "divided by 127.5, less 1",
  standardized: "each picture less its mean, divided by its deviation",
  caffe: "blue first, less ImageNet's means in bytes",
  torch: "divided by 255, less ImageNet's means, divided by its deviations",
};

const SCALE_RULE: NameRule = {
  code: "command.invalid",
  where: "--scale",
  rule: "no scale of pictures has this name",
};
const NAMES: readonly PictureScale[] = [
  "0..255",
  "0..1",
  "-1..1",
  "standardized",
  "caffe",
  "torch",
];

export function scaleNamed(name: string): PictureScale {
  return requireName(name, NAMES, SCALE_RULE);
}

export interface ScaleGuess {
  readonly scale: PictureScale;
  /** Follows "The pictures are taken as ...:". */
  readonly why: string;
}

const OF_PREPARATION: Readonly<Partial<Record<Preparation, PictureScale>>> = {
  standardize: "standardized",
  unit: "0..1",
  symmetric: "-1..1",
};

const OF_KNOWN: Readonly<Record<KnownPreparation, PictureScale>> = {
  bytes: "0..255",
  symmetric: "-1..1",
  caffe: "caffe",
  torch: "torch",
};

/** Guesses by what the file states, then by a rescaling in it, then by the name of a known network. */
export function guessScale({ graph, input, preparation }: ImportedModel): ScaleGuess {
  const stated = preparation && OF_PREPARATION[preparation];
  if (stated !== undefined) return { scale: stated, why: "the file says so" };
  const isPlain = [...input.scale, ...input.offset].every((value, at) =>
    at < input.scale.length ? value === 1 : value === 0,
  );
  if (!isPlain) return { scale: "0..255", why: "the model scales its input itself" };
  const known = knownPreparation([graph.name, ...graph.layers.map(({ name }) => name)]);
  if (known !== undefined) {
    return {
      scale: OF_KNOWN[known.preparation],
      why: `networks like "${known.name}" are trained so`,
    };
  }
  return { scale: "0..1", why: "a guess, because the file says nothing" };
}

/** Mean and deviation of ImageNet in bytes, red first. */
const IMAGENET: Readonly<
  Record<"caffe" | "torch", { means: readonly number[]; deviations: readonly number[] }>
> = {
  caffe: { means: [123.68, 116.779, 103.939], deviations: [1, 1, 1] },
  torch: { means: [123.675, 116.28, 103.53], deviations: [58.395, 57.12, 57.375] },
};

/** Standardising divides by this at least, as the training does. */
const leastDeviation = (numValues: number) => 1 / Math.sqrt(numValues);

/** @param pixels of one picture, `[pixels, channels]`. */
export function scaled(
  pixels: Uint8Array,
  channels: number,
  scale: PictureScale,
): Float32Array<ArrayBuffer> {
  switch (scale) {
    case "0..255":
      return Float32Array.from(pixels);
    case "0..1":
      return Float32Array.from(pixels, (byte) => byte / 255);
    case "-1..1":
      return Float32Array.from(pixels, (byte) => byte / 127.5 - 1);
    case "standardized": {
      const mean = pixels.reduce((sum, byte) => sum + byte, 0) / pixels.length;
      const variance = pixels.reduce((sum, byte) => sum + (byte - mean) ** 2, 0) / pixels.length;
      const deviation = Math.max(Math.sqrt(variance), leastDeviation(pixels.length));
      return Float32Array.from(pixels, (byte) => (byte - mean) / deviation);
    }
    case "caffe":
    case "torch": {
      const { means, deviations } = IMAGENET[scale];
      const isTurned = scale === "caffe" && channels === 3;
      return Float32Array.from(pixels, (_, at) => {
        const channel = at % channels;
        const from = isTurned ? at - channel + (channels - 1 - channel) : at;
        const colour = isTurned ? channels - 1 - channel : channel;
        return ((pixels[from] ?? 0) - (means[colour] ?? 0)) / (deviations[colour] ?? 1);
      });
    }
  }
}
