/** The pictures of a folder, as a model's input takes them. Each is decoded when its turn comes. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { PlaygroundError, reasonOf } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { toGrey } from "../../data/own/greyImages.ts";
import { type LeftOut, leftOutNotes } from "../../data/own/leftOut.ts";
import type { ImportedInput } from "../../interop/importedModel.ts";
import { DECODED, decodePicture } from "./decodePicture.ts";
import { type PictureScale, scaled } from "./pictureScale.ts";

export interface PictureFolder {
  /** Paths in the folder. Those that do not decode are missing after `images` has ended. */
  readonly names: string[];
  /** One picture after another, in the order of `names`, each of the shape of the model's input. */
  images(): AsyncIterable<Float32Array>;
  /** One sentence for each reason to leave files out, once `images` has ended. */
  notes(): readonly string[];
}

/** @throws PlaygroundError `command.invalid` for a folder without pictures or a model that takes none */
export async function pictureFolder(
  folder: string,
  input: ImportedInput,
  scale: PictureScale,
): Promise<PictureFolder> {
  const [height, width, channels] = pictureShape(input);
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const pictures = paths.filter((path) => DECODED.test(path));
  if (pictures.length === 0) throw noPictures(folder, paths);
  const leftOut: LeftOut[] = paths
    .filter((path) => !DECODED.test(path))
    .map((path) => ({ path, name: path, reason: "the terminal decodes PNG and JPEG only" }));
  const names: string[] = [];
  return {
    names,
    async *images() {
      for (const path of pictures) {
        let rgb: Uint8Array;
        try {
          rgb = decodePicture(await readFile(join(folder, path)), height, width);
        } catch (error) {
          leftOut.push({ path, name: path, reason: reasonOf(error) });
          continue;
        }
        names.push(path);
        const values = scaled(inChannels(rgb, channels), channels, scale);
        yield input.channelsFirst ? channelsFirst(values, channels) : values;
      }
      if (names.length === 0) throw noPictures(folder, paths);
    },
    notes: () => leftOutNotes(leftOut),
  };
}

/** Returns height, width and channels. A vector is a square picture whose rows follow one another. */
function pictureShape({ shape, channelsFirst }: ImportedInput): readonly [number, number, number] {
  const [a = 1, b = 1, c = 1] = shape;
  if (shape.length === 2) return [a, b, 1];
  if (shape.length === 3) {
    const map = channelsFirst ? ([b, c, a] as const) : ([a, b, c] as const);
    if (map[2] === 1 || map[2] === 3) return map;
  }
  for (const channels of [1, 3]) {
    const side = Math.sqrt(a / channels);
    if (shape.length === 1 && Number.isInteger(side) && side > 1) return [side, side, channels];
  }
  throw new PlaygroundError({
    code: "command.invalid",
    where: "INPUT",
    rule: "the model takes no pictures",
    expected: "grey or colour images",
    got: formatShape(shape),
    remedy: "Give a NumPy array with what it takes.",
  });
}

function inChannels(rgb: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return rgb;
  const size = {
    kind: "pixels",
    numImages: 1,
    height: 1,
    width: rgb.length / 3,
    channels: 3,
  } as const;
  const { pixels } = toGrey({ ...size, pixels: rgb, labels: new Uint8Array(1) });
  return Uint8Array.from(pixels);
}

function channelsFirst(values: Float32Array, channels: number): Float32Array {
  const places = values.length / channels;
  return values.map((_, at) => values[(at % places) * channels + Math.floor(at / places)] ?? 0);
}

function noPictures(folder: string, paths: readonly string[]): PlaygroundError {
  return new PlaygroundError({
    code: "command.invalid",
    where: folder,
    rule: "there is no picture in the folder that the terminal decodes",
    expected: "whole PNG or JPEG files",
    got: paths.slice(0, 4).join(", ") || "no file",
    remedy: "Name the folder with the pictures.",
  });
}
