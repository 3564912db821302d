/** The pictures of a folder, as a model's input takes them. Each is decoded when its turn comes. */
import { open, readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { PlaygroundError, reasonOf } from "../../core/errors.ts";
import { FILE_FORMATS, fileFormatOf, HEAD_BYTES } from "../../core/fileFormat.ts";
import { formatShape } from "../../core/shape.ts";
import { formatBytes } from "../../core/units.ts";
import { toGrey } from "../../data/own/greyImages.ts";
import { MAX_PICTURE_BYTES } from "../../data/own/imageFile.ts";
import { hiddenNotes, type LeftOut, leftOutNotes, reasonOfFormat } from "../../data/own/leftOut.ts";
import { isHidden, tidyPath } from "../../data/own/paths.ts";
import type { ImportedInput } from "../../interop/importedModel.ts";
import { decodePicture } from "./decodePicture.ts";
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
  const all = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const hidden = all.filter((path) => isHidden(tidyPath(path)));
  const paths = all.filter((path) => !isHidden(tidyPath(path)));
  const leftOut: LeftOut[] = [];
  const names: string[] = [];
  return {
    names,
    async *images() {
      for (const path of paths) {
        let rgb: Uint8Array;
        try {
          rgb = decodePicture(await readPicture(join(folder, path)), height, width);
        } catch (error) {
          leftOut.push({ path, name: path, reason: reasonOf(error) });
          continue;
        }
        names.push(path);
        const values = scaled(inChannels(rgb, channels), channels, scale);
        yield input.channelsFirst ? channelsFirst(values, channels) : values;
      }
      if (names.length === 0) throw noPictures(folder, leftOut);
    },
    notes: () => [...leftOutNotes(leftOut), ...hiddenNotes(hidden)],
  };
}

/** Reads a whole file, or only the start of one that is too large, which tells what it is. */
async function readPicture(path: string): Promise<Uint8Array> {
  if ((await stat(path)).size <= MAX_PICTURE_BYTES) return readFile(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const format = fileFormatOf(buffer.subarray(0, bytesRead));
    const isPicture = FILE_FORMATS[format].use === "picture";
    throw new RangeError(
      isPicture
        ? `larger than ${formatBytes(MAX_PICTURE_BYTES)}`
        : reasonOfFormat(format, "a picture"),
    );
  } finally {
    await file.close();
  }
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

function noPictures(folder: string, leftOut: readonly LeftOut[]): PlaygroundError {
  return new PlaygroundError({
    code: "command.invalid",
    where: folder,
    rule: "there is no picture in the folder that the terminal decodes",
    expected: "whole PNG or JPEG files",
    got: leftOutNotes(leftOut).join(" ").replace(/[.]$/, "") || "no file",
    remedy: "Name the folder with the pictures.",
  });
}
