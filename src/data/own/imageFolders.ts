/**
 * Reads images in folders named for their classes. They are decoded when a batch needs them, so that memory holds one or two
 * batches, however many images there are. When no folder names a part, shares of each class are
 * held out, drawn by the seed.
 */
import type { OwnFile } from "../../core/ownFile.ts";
import { splitNote } from "../../core/ownSplit.ts";
import { type RandomStream, randomStream, shuffleInPlace } from "../../core/random.ts";
import { formatCount, formatRange } from "../../core/units.ts";
import { emptyImages } from "../imageBatch.ts";
import { type DecodeImage, decodeImage } from "./decodeImage.ts";
import { fingerprintOf } from "./duplicates.ts";
import { type FolderPart, folderClasses } from "./folderClasses.ts";
import { holdOut } from "./heldOut.ts";
import { findImages, type ImageFile } from "./imageFile.ts";
import { countsOf } from "./labels.ts";
import { type LeftOut, leftOutNotes, listed } from "./leftOut.ts";
import type { OpenOwnOptions, OwnData, OwnFileWords, OwnPart } from "./ownData.ts";
import { wrongFile } from "./ownFile.ts";
import { checkPictures, decodePictures } from "./readPictures.ts";

export interface OpenImagesOptions extends OpenOwnOptions {
  readonly decode?: DecodeImage;
  /** Decodes every image once, so that a broken one is found now and not in the middle of a run. */
  readonly checkAll: boolean;
}

/** @throws PlaygroundError `file.invalid` */
export async function openImageFolders(
  files: readonly OwnFile[],
  options: OpenImagesOptions,
): Promise<OwnData> {
  const { inputSize, decode = decodeImage, checkAll, onProgress } = options;
  const found = await findImages(files, !checkAll);
  // Finds mistakes in the folders first, because inspecting the images takes longer.
  let { leftOut } = found;
  let layout = folderClasses(found.images, found.folders, leftOut);
  let sizes: string | undefined;
  if (checkAll) {
    const checked = await checkPictures(found.images, decode, onProgress);
    sizes = checked.sizes;
    leftOut = [...leftOut, ...checked.broken];
    requirePictures(checked.whole, leftOut);
    const before = layout.classes;
    layout = folderClasses(checked.whole, found.folders, leftOut);
    requireClasses(before, layout.classes, checked.broken);
  }
  const { classes } = layout;
  const { train, validation, test, notes, whole } = inParts(layout.parts, classes, options);

  const open = (part: FolderPart): OwnPart => imagePart(part, inputSize, decode);
  const others = [...new Set([validation, test])];
  const openedOthers = new Map(others.map((part) => [part, open(part)] as const));
  const opened = (part: FolderPart): OwnPart => openedOthers.get(part) ?? open(part);
  const parts = [train, ...others];
  const sizeBytes = parts
    .flatMap(({ images }) => images)
    .reduce((sum, image) => sum + image.sizeBytes, 0);
  return {
    title: "Image folders",
    classes,
    height: inputSize,
    width: inputSize,
    channels: 3,
    sizeBytes,
    files: (whole === undefined ? parts : [layout.parts.train]).map((part) =>
      wordsOf(part, classes.length),
    ),
    ...(whole && { whole }),
    notes: [
      ...(sizes === undefined ? [] : [sizes]),
      ...(layout.areNamed
        ? ["There are no class folders: the files' names tell the classes."]
        : []),
      ...notes,
      ...leftOutNotes([...leftOut, ...layout.leftOut]),
    ],
    leftOut,
    hidden: found.hidden,
    train: open(train),
    validation: opened(validation),
    test: opened(test),
  };
}

interface Parts {
  readonly train: FolderPart;
  readonly validation: FolderPart;
  readonly test: FolderPart;
  readonly notes: readonly string[];
  readonly whole?: OwnData["whole"];
}

function inParts(
  parts: { train: FolderPart; validation?: FolderPart; test?: FolderPart },
  classes: readonly string[],
  options: OpenImagesOptions,
): Parts {
  const { train, validation, test } = parts;
  const random = randomStream(options.seed, "data.ownOrder");
  if (validation !== undefined && test !== undefined)
    return { train, validation: mixed(validation, random), test: mixed(test, random), notes: [] };
  const given = validation ?? test;
  if (given !== undefined) {
    const only = mixed(given, random);
    const notes = [`${only.name} validates and tests: there is no third folder.`];
    return { train, validation: only, test: only, notes };
  }
  const why = "There is no folder for validation";
  const split = splitOf(train, classes, options);
  const only = mixed(split.validation, random);
  return {
    train: split.train,
    validation: only,
    test: split.test === undefined ? only : mixed(split.test, random),
    notes: [splitNote(why, options)],
    whole: { counts: countsOf(train.labels, classes.length), why },
  };
}

/** Shuffles the images. In the order of the classes, the first images, which people see first, would all be of one class. */
function mixed(part: FolderPart, random: RandomStream): FolderPart {
  const order = shuffleInPlace(Uint32Array.from(part.images.keys()), random);
  return {
    name: part.name,
    images: Array.from(order, (index) => part.images[index]).filter((image) => image !== undefined),
    labels: Uint8Array.from(order, (index) => part.labels[index] ?? 0),
  };
}

/**
 * @returns without `test` when the pictures that validate also test
 * @throws PlaygroundError `file.invalid` for a class with too few images
 */
function splitOf(
  { images, labels }: FolderPart,
  classes: readonly string[],
  options: OpenImagesOptions,
): { readonly train: FolderPart; readonly validation: FolderPart; readonly test?: FolderPart } {
  const split = holdOut(labels, classes.length, options, (label, numImages, least) =>
    wrongFile(`${classes[label]}/`, {
      rule:
        least === 2
          ? "one picture cannot both train and validate"
          : "these pictures are too few to train, validate and test",
      expected: `${least} or more`,
      got: String(numImages),
      remedy: "Add pictures, or give folders train/ and validation/.",
    }),
  );
  const take = (indices: readonly number[], name: string): FolderPart => ({
    name,
    images: indices.flatMap((index) => images[index] ?? []),
    labels: Uint8Array.from(indices, (index) => labels[index] ?? 0),
  });
  return {
    train: take(split.kept, "training pictures"),
    validation: take(split.validation, "held-out pictures"),
    ...(split.test !== split.validation && { test: take(split.test, "test pictures") }),
  };
}

function imagePart(
  { name, images, labels }: FolderPart,
  size: number,
  decode: DecodeImage,
): OwnPart {
  return {
    name,
    labels,
    async fingerprint(index) {
      const image = images[index];
      if (image === undefined) throw new RangeError(`no picture ${index}`);
      return image.fingerprint ?? fingerprintOf(await image.bytes());
    },
    async read(indices) {
      const batch = emptyImages(indices.length, size, size, 3);
      const wanted = Array.from(indices, (index) => images[index]);
      await decodePictures(wanted, decode, size, (pixels, at) =>
        batch.pixels.set(pixels, at * size * size * 3),
      );
      for (let at = 0; at < indices.length; at += 1)
        batch.labels[at] = labels[indices[at] ?? 0] ?? 0;
      return batch;
    },
  };
}

/** @throws PlaygroundError `file.invalid` when no image can be decoded */
function requirePictures(images: readonly ImageFile[], leftOut: readonly LeftOut[]): void {
  if (images.length > 0) return;
  throw wrongFile("Image folders", {
    rule: "none of the pictures can be decoded",
    expected: "whole JPEG, PNG, GIF, BMP, WebP or AVIF files",
    got: leftOutNotes(leftOut)[0]?.replace(/[.]$/, "") ?? "none",
    remedy: "Convert them to PNG or JPEG, then choose the files again.",
  });
}

/** @throws PlaygroundError `file.invalid` when a class has training pictures and none of them can be decoded */
function requireClasses(
  before: readonly string[],
  after: readonly string[],
  broken: readonly LeftOut[],
): void {
  const lost = before.filter((name) => !after.includes(name));
  if (lost.length === 0) return;
  throw wrongFile(listed(lost.map((name) => `${name}/`)), {
    rule: "none of the class's training pictures can be decoded",
    expected: "one or more of each class",
    got: leftOutNotes(broken).join(" ").replace(/[.]$/, ""),
    remedy: "Mend or convert them, or remove the class's folder.",
  });
}

function wordsOf({ name, images, labels }: FolderPart, numClasses: number): OwnFileWords {
  const each = formatRange(countsOf(labels, numClasses));
  return {
    name,
    words: `${counted(images.length, "picture", "pictures")} in ${numClasses} classes, ${each} each`,
  };
}

function counted(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
