/**
 * Finds the images among a person's files. A file with an image's extension counts as an image until it fails to decode; any
 * other file is judged by its first bytes. Nothing is decoded here.
 */
import { FILE_FORMATS, type FileFormatName, fileFormatOf } from "../../core/fileFormat.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { PictureSize } from "../../core/pictureSize.ts";
import { formatBytes, formatCount } from "../../core/units.ts";
import { type GivenFile, handedOver, headsOf } from "./handedOver.ts";
import { type LeftOut, listed, reasonOfFormat } from "./leftOut.ts";
import { wrongFile } from "./ownFile.ts";

export interface ImageFile extends GivenFile {
  /** Of the file's contents, once they have been read. */
  readonly fingerprint?: string;
}

export interface FoundImages {
  readonly images: readonly ImageFile[];
  /** All folders that were given, including the empty ones that zips list. */
  readonly folders: ReadonlySet<string>;
  readonly leftOut: readonly LeftOut[];
  readonly hidden: readonly string[];
}

const PICTURE_NAME = /[.](jpe?g|png|gif|bmp|webp)$/i;

/** A larger file is not an image for a network; a zip may claim any size. */
export const MAX_PICTURE_BYTES = 64e6;
/** A larger picture is no input of a network. Decoded, it takes more than 64 MiB. */
export const MAX_PICTURE_SIDE = 4096;

/** Returns why a picture of this size is not decoded; undefined where its header does not tell. */
export function sideObstacle(size: PictureSize | undefined): string | undefined {
  return size !== undefined && Math.max(size.height, size.width) > MAX_PICTURE_SIDE
    ? `more than ${formatCount(MAX_PICTURE_SIDE)} pixels a side`
    : undefined;
}
const MAX_IMAGES = 200_000;

/**
 * @param isKnown whether these files were inspected before and the files to leave out are already marked
 * @throws PlaygroundError `file.invalid` when there is no image, or too many
 */
export async function findImages(files: readonly OwnFile[], isKnown = false): Promise<FoundImages> {
  const given = await handedOver(files);
  const leftOut: LeftOut[] = [...given.leftOut];
  const usable = given.files.filter((file) => {
    if (file.sizeBytes <= MAX_PICTURE_BYTES) return true;
    leftOut.push(file.leftOut(`larger than ${formatBytes(MAX_PICTURE_BYTES)}`));
    return false;
  });
  const asked = isKnown ? [] : usable.filter(({ path }) => !PICTURE_NAME.test(path));
  const heads = await headsOf(asked);
  const noPictures = new Set<GivenFile>();
  asked.forEach((file, at) => {
    const reason = reasonAgainst(heads[at]);
    if (reason === undefined) return;
    noPictures.add(file);
    leftOut.push(file.leftOut(reason));
  });
  const images = usable.filter((file) => !noPictures.has(file));
  if (images.length > MAX_IMAGES) {
    throw wrongFile("Image folders", {
      rule: "these are too many pictures",
      expected: `${formatCount(MAX_IMAGES)} or fewer`,
      got: formatCount(images.length),
      remedy: "Take a part of them.",
    });
  }
  if (images.length === 0) throw noPicture(leftOut);
  return { images, folders: given.folders, leftOut, hidden: given.hidden };
}

function reasonAgainst(head: Uint8Array | Error | undefined): string | undefined {
  if (head === undefined || head instanceof Error) return "it cannot be read";
  return reasonAgainstFormat(fileFormatOf(head));
}

/** Returns why a file of this format is no image, or `undefined` when it is one. */
export function reasonAgainstFormat(format: FileFormatName): string | undefined {
  return FILE_FORMATS[format].use === "picture"
    ? undefined
    : reasonOfFormat(format, "a picture that browsers read");
}

function noPicture(leftOut: readonly LeftOut[]): Error {
  const reasons = [...new Set(leftOut.map(({ reason }) => reason))];
  const found = reasons.map((reason) => {
    const names = leftOut.filter((file) => file.reason === reason).map(({ name }) => name);
    return `${listed(names)} (${reason})`;
  });
  return wrongFile("Image folders", {
    rule: "there is no picture among these files",
    expected: "JPEG, PNG, GIF, BMP, WebP or AVIF files in folders named for their classes",
    got: found.join("; ") || "no file",
    remedy: remedyFor(reasons),
  });
}

/** Files of another kind of data set are not wrong, but must be chosen elsewhere. */
function remedyFor(reasons: readonly string[]): string {
  const other = [
    [FILE_FORMATS.npy.title, "My arrays"],
    [FILE_FORMATS.idx.title, "My MNIST files"],
  ].find(([title = ""]) => reasons.some((reason) => reason.startsWith(title)));
  return other === undefined
    ? "Choose the folder above the class folders, or a zip of it."
    : `Choose ${other[1]} as Data set, then these files again.`;
}
