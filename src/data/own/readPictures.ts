/**
 * Reads and decodes pictures, several at a time. When they are checked, the bytes of each are read once: they are decoded, and
 * only their fingerprint is kept.
 */
import {
  FILE_FORMATS,
  type FileFormat,
  type FileFormatName,
  fileFormatOf,
  HEAD_BYTES,
} from "../../core/fileFormat.ts";
import { type PictureSize, pictureSize } from "../../core/pictureSize.ts";
import { formatCount } from "../../core/units.ts";
import { type DecodeImage, type EncodedPicture, measureWith } from "./decodeImage.ts";
import { fingerprintOf } from "./duplicates.ts";
import {
  type ImageFile,
  MAX_PICTURE_SIDE,
  reasonAgainstFormat,
  sideObstacle,
} from "./imageFile.ts";
import type { LeftOut } from "./leftOut.ts";
import type { OwnProgress } from "./ownData.ts";
import { wrongFile } from "./ownFile.ts";

/** How many pictures are decoded at the same time. The browser decodes in other threads. */
const AT_ONCE = 8;
/** All pictures that are being decoded have at most this many pixels together, so that large ones are decoded one by one. */
const MAX_PIXELS = MAX_PICTURE_SIDE ** 2;

export interface CheckedPictures {
  /** The pictures that can be decoded, with their fingerprints. */
  readonly whole: readonly ImageFile[];
  readonly broken: readonly LeftOut[];
  /** One sentence. */
  readonly sizes: string;
}

/** Reads and decodes each picture, so that a broken one is found now and not in the middle of a run. */
export async function checkPictures(
  images: readonly ImageFile[],
  decode: DecodeImage,
  onProgress: ((progress: OwnProgress) => void) | undefined,
): Promise<CheckedPictures> {
  const measure = measureWith(decode);
  const fingerprints = new Map<ImageFile, string>();
  const broken = new Map<ImageFile, LeftOut>();
  let least: PictureSize = { height: Number.POSITIVE_INFINITY, width: Number.POSITIVE_INFINITY };
  let greatest: PictureSize = { height: 0, width: 0 };
  let numChecked = 0;
  const note = (size: PictureSize): void => {
    if (size.height * size.width < least.height * least.width) least = size;
    if (size.height * size.width > greatest.height * greatest.width) greatest = size;
  };
  const room = createRoom(MAX_PIXELS);
  await severalAtOnce(images, async (image) => {
    const bytes = await image.bytes().catch(() => undefined);
    let reason = bytes === undefined ? "it cannot be read" : undefined;
    if (bytes !== undefined) {
      const { picture, format, numPixels, obstacle } = encodedIn(bytes);
      fingerprints.set(image, fingerprintOf(bytes));
      try {
        if (obstacle === undefined) note(await room(numPixels, () => measure(picture, image.path)));
        reason = obstacle;
      } catch {
        reason = reasonAgainstFormat(format) ?? "it cannot be decoded";
      }
    }
    if (reason !== undefined) broken.set(image, image.leftOut(reason));
    numChecked += 1;
    const task = `Checking picture ${formatCount(numChecked)} of ${formatCount(images.length)}`;
    onProgress?.({ task, share: numChecked / images.length });
  });
  const text = ({ width, height }: PictureSize) => `${width} × ${height}`;
  const sizes =
    text(least) === text(greatest)
      ? `All pictures are ${text(least)} pixels.`
      : `Pictures from ${text(least)} to ${text(greatest)} pixels.`;
  const whole = images.flatMap((image) => {
    const fingerprint = fingerprints.get(image);
    return broken.has(image) || fingerprint === undefined ? [] : { ...image, fingerprint };
  });
  return { whole, broken: images.flatMap((image) => broken.get(image) ?? []), sizes };
}

/**
 * Decodes the pictures that a batch needs.
 * @param onPixels gets `[size, size, 3]` bytes for each place
 * @throws PlaygroundError `file.invalid` for a picture that cannot be read or decoded any more
 */
export async function decodePictures(
  images: readonly (ImageFile | undefined)[],
  decode: DecodeImage,
  size: number,
  onPixels: (pixels: Uint8Array, place: number) => void,
): Promise<void> {
  const room = createRoom(MAX_PIXELS);
  await severalAtOnce(images, async (image, place) => {
    if (image === undefined) throw new RangeError(`no picture ${place}`);
    const { picture, numPixels, obstacle } = encodedIn(await image.bytes());
    if (obstacle !== undefined) {
      const remedy = "Choose the files again.";
      throw wrongFile(image.path, { rule: "the picture has changed", got: obstacle, remedy });
    }
    const blob = new Blob([picture.bytes], { type: picture.mimeType });
    const { pixels } = await room(numPixels, () => decode(blob, image.path, size));
    onPixels(pixels, place);
  });
}

interface Encoded {
  readonly picture: EncodedPicture;
  readonly format: FileFormatName;
  /** As many as are allowed when the header does not tell. */
  readonly numPixels: number;
  /** Why it should not be decoded. */
  readonly obstacle: string | undefined;
}

function encodedIn(bytes: Uint8Array<ArrayBuffer>): Encoded {
  const format = fileFormatOf(bytes.subarray(0, HEAD_BYTES));
  const { mimeType = "" }: FileFormat = FILE_FORMATS[format];
  const size = pictureSize(bytes, format);
  return {
    picture: { bytes, mimeType },
    format,
    numPixels: size === undefined ? MAX_PIXELS : size.height * size.width,
    obstacle: sideObstacle(size),
  };
}

/** Works on some items at the same time. The first error ends it. */
async function severalAtOnce<T>(
  items: readonly T[],
  work: (item: T, place: number) => Promise<void>,
): Promise<void> {
  // All workers take their next item from one iterator.
  const left = items.entries();
  let isOver = false;
  const one = async (): Promise<void> => {
    for (const [place, item] of left) {
      if (isOver) return;
      try {
        await work(item, place);
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, one));
}

/** Returns a function that delays work while the work in progress takes too much room for it. */
function createRoom(most: number) {
  let taken = 0;
  let waiting: (() => void)[] = [];
  return async <T>(needed: number, work: () => Promise<T>): Promise<T> => {
    while (taken > 0 && taken + needed > most)
      await new Promise<void>((resolve) => waiting.push(resolve));
    taken += needed;
    try {
      return await work();
    } finally {
      taken -= needed;
      const ready = waiting;
      waiting = [];
      for (const go of ready) go();
    }
  };
}
