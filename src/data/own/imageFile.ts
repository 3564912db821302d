/**
 * Pictures among what was handed over. What a file is its first bytes say: a name that promises a picture is believed until the
 * picture is decoded, any other file is looked into. Decodes nothing.
 */
import { FILE_FORMATS, type FileFormat, fileFormatOf, HEAD_BYTES } from "../../core/fileFormat.ts";
import { formatBytes, formatCount } from "../../core/units.ts";
import { type GivenFile, handedOver, headsOf } from "./handedOver.ts";
import { type LeftOut, listed, reasonOfFormat } from "./leftOut.ts";
import { type OwnFile, wrongFile } from "./ownFile.ts";

export type ImageFile = GivenFile;

export interface FoundImages {
  readonly images: readonly ImageFile[];
  /** Of everything that was handed over; zips list empty ones too. */
  readonly folders: ReadonlySet<string>;
  readonly leftOut: readonly LeftOut[];
}

const PICTURE_NAME = /[.](jpe?g|png|gif|bmp|webp)$/i;

/** More is no picture for a network: a zip may promise any size. */
const MAX_IMAGE_BYTES = 64e6;
const MAX_IMAGES = 200_000;

/**
 * @param isKnown whether a look into the same files has been taken, and all that it left out is left out of them
 * @throws PlaygroundError `file.invalid` where there is no picture, or too many
 */
export async function findImages(files: readonly OwnFile[], isKnown = false): Promise<FoundImages> {
  const given = await handedOver(files);
  const leftOut: LeftOut[] = [...given.leftOut];
  const usable = given.files.filter((file) => {
    if (file.sizeBytes <= MAX_IMAGE_BYTES) return true;
    leftOut.push(file.leftOut(`larger than ${formatBytes(MAX_IMAGE_BYTES)}`));
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
  return { images, folders: given.folders, leftOut };
}

/** The picture's bytes with their type, which some browsers go by; no name, no type. */
export async function pictureIn(image: ImageFile): Promise<Blob> {
  const file = await image.read();
  if (file.type.startsWith("image/")) return file;
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const format: FileFormat = FILE_FORMATS[fileFormatOf(head)];
  return format.mimeType === undefined ? file : file.slice(0, file.size, format.mimeType);
}

/** Why a file is no picture by its first bytes; `undefined` where it is one. */
export function reasonAgainst(head: Uint8Array | Error | undefined): string | undefined {
  if (head === undefined || head instanceof Error) return "it cannot be read";
  const format = fileFormatOf(head);
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

/** Files of another data set are no mistake: it is chosen in another place. */
function remedyFor(reasons: readonly string[]): string {
  const other = [
    [FILE_FORMATS.npy.title, "My arrays"],
    [FILE_FORMATS.idx.title, "My MNIST files"],
  ].find(([title = ""]) => reasons.some((reason) => reason.startsWith(title)));
  return other === undefined
    ? "Choose the folder above the class folders, or a zip of it."
    : `Choose ${other[1]} as Data set, then these files again.`;
}
