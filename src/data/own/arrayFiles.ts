/**
 * Opens four NumPy files, `X_train`, `X_test`, `y_train` and `y_test`, as the tutorial on facial emotions has them. The range
 * of values in `X_train` decides how images are scaled to 0 to 255. `X_test` is scaled in the same way, and refused when that
 * is impossible.
 */
import { greatestOf } from "../../core/numbers.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { Channels } from "../../core/pixelBatch.ts";
import { countClasses, labelsOf, requireKnownLabels } from "./labels.ts";
import { leftOutNotes } from "./leftOut.ts";
import { memoryPart } from "./memoryPart.ts";
import { type NpyHeader, readNpyHeader, shapeText, typeText } from "./npyHeader.ts";
import { npyPieces, placeInOrder, readNpyValues } from "./npyValues.ts";
import type { OpenOwnOptions, OwnData, OwnFileWords, OwnPart } from "./ownData.ts";
import { nameOf, wrongFile } from "./ownFile.ts";
import {
  createPixelCollector,
  type PixelCollector,
  type PixelScale,
  pixelScaleOf,
  type Range,
  rangeText,
  scaleNotes,
} from "./pixelCollector.ts";
import { fourFiles, type RoleNames, requireSameLength } from "./roles.ts";

const NAMES: RoleNames = {
  names: {
    trainImages: "X_train.npy",
    trainLabels: "y_train.npy",
    testImages: "X_test.npy",
    testLabels: "y_test.npy",
  },
  wanted: "a NumPy array of images or labels",
  format: "npy",
  roleOf(name) {
    const [bare = ""] = name
      .replace(/([a-z])([A-Z])/g, "$1_$2")
      .toLowerCase()
      .split(".");
    const [, before = "", part, after = ""] = NAME.exec(bare) ?? [];
    const contents = before === "" ? after : after === "" ? before : "";
    const isImages = IMAGES.test(contents);
    if (part === undefined || !(isImages || LABELS.test(contents))) return undefined;
    if (part.startsWith("train")) return isImages ? "trainImages" : "trainLabels";
    if (part.startsWith("test")) return isImages ? "testImages" : "testLabels";
    return isImages ? "validationImages" : "validationLabels";
  },
};

/** Matches `X_train`, `train_images`, `labels-test`: the part's name, before or after the name of the contents. */
const NAME = /^([a-z]*?)[-_ ]?(train(?:ing)?|test(?:ing)?|val(?:id(?:ation)?)?)[-_ ]?([a-z]*)$/;
const IMAGES = /^(x|images?|imgs?|data|pictures?)$/;
const LABELS = /^(y|labels?|targets?|classes)$/;

/** The two files of a part. The labels have been read, and the images have not. */
interface ArrayPart {
  readonly images: OwnFile;
  readonly header: NpyHeader;
  readonly labelsFile: OwnFile;
  readonly labelsHeader: NpyHeader;
  readonly labels: Uint8Array;
}

interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
}

/** @throws PlaygroundError `file.invalid`, `file.too-large` */
export async function openArrayFiles(
  files: readonly OwnFile[],
  { onProgress }: OpenOwnOptions,
): Promise<OwnData> {
  const { files: four, validation: third, leftOut, hidden } = await fourFiles(files, NAMES);
  const { shape: trainShape } = await readNpyHeader(four.trainImages);
  const shape = imageShapeOf(four.trainImages.path, trainShape);
  // Reads the labels first, because that is fast and most mistakes are in them.
  const train = await readPart(four.trainImages, four.trainLabels, shape);
  const test = await readPart(four.testImages, four.testLabels, shape);
  const validation = third && (await readPart(third.images, third.labels, shape));
  const others = validation === undefined ? [test] : [test, validation];
  const numClasses = countClasses(four.trainLabels.path, train.labels);
  for (const { labelsFile, labels } of others)
    requireKnownLabels(labelsFile.path, labels, numClasses, nameOf(four.trainLabels.path));

  const parts = [train, ...others];
  const numImages = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  let numBefore = 0;
  const collect = async ({ images, header, labels }: ArrayPart): Promise<PixelCollector> => {
    const task = `Reading ${nameOf(images.path)}`;
    const collected = await collectPixels(images, header, shape, (share) =>
      onProgress?.({ task, share: (numBefore + share * labels.length) / numImages }),
    );
    numBefore += labels.length;
    return collected;
  };
  const trainPixels = await collect(train);
  const scale = pixelScaleOf(trainPixels.range);
  const words: OwnFileWords[] = [];
  const opened = (part: ArrayPart, pixels: PixelCollector): OwnPart => {
    const { images, header, labelsFile, labelsHeader, labels } = part;
    words.push(
      wordsOf(images, header, `values ${rangeText(pixels.range)}`),
      wordsOf(labelsFile, labelsHeader, `labels 0 to ${greatestOf(labels)}`),
    );
    return memoryPart(nameOf(images.path), { pixels: pixels.scaled(scale), ...shape }, labels);
  };
  const openOther = async (part: ArrayPart): Promise<OwnPart> => {
    const pixels = await collect(part);
    requireScale(part.images.path, pixels.range, scale, nameOf(four.trainImages.path));
    return opened(part, pixels);
  };
  const trainPart = opened(train, trainPixels);
  const testPart = await openOther(test);
  const validationPart = validation === undefined ? testPart : await openOther(validation);
  return {
    title: "Arrays",
    classes: Array.from({ length: numClasses }, (_, label) => `class ${label}`),
    ...shape,
    sizeBytes: parts.reduce(
      (sum, part) => sum + part.images.file.size + part.labelsFile.file.size,
      0,
    ),
    files: words,
    notes: [
      ...scaleNotes(scale),
      ...(validation === undefined
        ? [`${nameOf(four.testImages.path)} validates and tests, as the document does it.`]
        : []),
      ...leftOutNotes(leftOut),
    ],
    leftOut,
    hidden,
    train: trainPart,
    validation: validationPart,
    test: testPart,
  };
}

/** @throws PlaygroundError `file.invalid` */
async function readPart(
  images: OwnFile,
  labelsFile: OwnFile,
  shape: ImageShape,
): Promise<ArrayPart> {
  const header = await readNpyHeader(images);
  requireSameShape(images.path, shape, imageShapeOf(images.path, header.shape));
  const labelsHeader = await readNpyHeader(labelsFile);
  const values = await readNpyValues(labelsFile, labelsHeader);
  const labels = labelsOf(labelsFile.path, values, labelsHeader.shape);
  requireSameLength(images, header.shape[0] ?? 0, labelsFile, labels.length);
  return { images, header, labelsFile, labelsHeader, labels };
}

async function collectPixels(
  file: OwnFile,
  header: NpyHeader,
  { height, width, channels }: ImageShape,
  onShare: (share: number) => void,
): Promise<PixelCollector> {
  const imageSize = height * width * channels;
  const numValues = (header.shape[0] ?? 0) * imageSize;
  const collector = createPixelCollector(file.path, numValues, imageSize);
  const placeOf = placeInOrder(header);
  for await (const { values, first, share } of npyPieces(file, header)) {
    for (let index = 0; index < values.length; index += 1)
      collector.put(placeOf(first + index), values[index] ?? 0);
    onShare(share);
  }
  return collector;
}

function imageShapeOf(path: string, shape: readonly number[]): ImageShape {
  const [, height = 0, width = 0, channels = 1] = shape;
  const isImages = shape.length === 3 || shape.length === 4;
  if (isImages && height > 0 && width > 0 && (channels === 1 || channels === 3))
    return { height, width, channels };
  throw wrongFile(path, {
    rule: "the array does not hold images",
    expected: "N × height × width, or N × height × width × channels with 1 or 3 channels",
    got: shapeText(shape),
    remedy: "Reshape it, the channels last, and save it again.",
  });
}

function requireSameShape(path: string, expected: ImageShape, got: ImageShape): void {
  const text = ({ height, width, channels }: ImageShape) => shapeText([height, width, channels]);
  if (text(expected) === text(got)) return;
  throw wrongFile(path, {
    rule: "training and test images differ in shape",
    expected: text(expected),
    got: text(got),
    remedy: "Prepare both in the same way.",
  });
}

function requireScale(path: string, range: Range, scale: PixelScale, training: string): void {
  const most = { bytes: 255, unit: 1, other: Number.POSITIVE_INFINITY }[scale.kind];
  if (scale.kind === "other" || (range.min >= 0 && range.max <= most)) return;
  throw wrongFile(path, {
    rule: `its values are on another scale than those of ${training}`,
    expected: `0 to ${most}`,
    got: rangeText(range),
    remedy: "Prepare both in the same way.",
  });
}

function wordsOf({ path }: OwnFile, header: NpyHeader, contents: string): OwnFileWords {
  const order = header.fortranOrder ? ", Fortran order" : "";
  const type = `${typeText(header.type)}${order}`;
  return { name: nameOf(path), words: `${shapeText(header.shape)}, ${type}, ${contents}` };
}
