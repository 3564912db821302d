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
    const isTrain = part.startsWith("train");
    if (isTrain) return { role: isImages ? "trainImages" : "trainLabels", isSpare: false };
    return { role: isImages ? "testImages" : "testLabels", isSpare: !part.startsWith("test") };
  },
};

/** Matches `X_train`, `train_images`, `labels-test`: the part's name, before or after the name of the contents. */
const NAME = /^([a-z]*?)[-_ ]?(train(?:ing)?|test(?:ing)?|val(?:id(?:ation)?)?)[-_ ]?([a-z]*)$/;
const IMAGES = /^(x|images?|imgs?|data|pictures?)$/;
const LABELS = /^(y|labels?|targets?|classes)$/;

interface Labels {
  readonly header: NpyHeader;
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
  const { files: four, leftOut, hidden } = await fourFiles(files, NAMES);
  const trainHeader = await readNpyHeader(four.trainImages);
  const testHeader = await readNpyHeader(four.testImages);
  const shape = imageShapeOf(four.trainImages.path, trainHeader.shape);
  requireSameShape(
    four.testImages.path,
    shape,
    imageShapeOf(four.testImages.path, testHeader.shape),
  );

  // Reads the labels first, because that is fast and most mistakes are in them.
  const trainLabels = await readLabels(four.trainLabels);
  const testLabels = await readLabels(four.testLabels);
  const [numTrain = 0] = trainHeader.shape;
  const [numTest = 0] = testHeader.shape;
  requireSameLength(four.trainImages, numTrain, four.trainLabels, trainLabels.labels.length);
  requireSameLength(four.testImages, numTest, four.testLabels, testLabels.labels.length);
  const numClasses = countClasses(four.trainLabels.path, trainLabels.labels);
  const training = nameOf(four.trainLabels.path);
  requireKnownLabels(four.testLabels.path, testLabels.labels, numClasses, training);

  const trainShare = numTrain / (numTrain + numTest);
  const collect = async (file: OwnFile, header: NpyHeader, from: number, to: number) => {
    const task = `Reading ${nameOf(file.path)}`;
    return collectPixels(file, header, shape, (share) =>
      onProgress?.({ task, share: from + share * (to - from) }),
    );
  };
  const trainPixels = await collect(four.trainImages, trainHeader, 0, trainShare);
  const testPixels = await collect(four.testImages, testHeader, trainShare, 1);
  const [trainRange, testRange] = [trainPixels.range, testPixels.range];
  const scale = pixelScaleOf(trainRange);
  requireScale(four.testImages.path, testRange, scale, nameOf(four.trainImages.path));

  const part = (file: OwnFile, pixels: PixelCollector, { labels }: Labels): OwnPart =>
    memoryPart(nameOf(file.path), { pixels: pixels.scaled(scale), ...shape }, labels);
  const test = part(four.testImages, testPixels, testLabels);
  return {
    title: "Arrays",
    classes: Array.from({ length: numClasses }, (_, label) => `class ${label}`),
    ...shape,
    sizeBytes: Object.values(four).reduce((sum, { file }) => sum + file.size, 0),
    files: [
      wordsOf(four.trainImages, trainHeader, `values ${rangeText(trainRange)}`),
      wordsOf(four.trainLabels, trainLabels.header, `labels 0 to ${numClasses - 1}`),
      wordsOf(four.testImages, testHeader, `values ${rangeText(testRange)}`),
      wordsOf(four.testLabels, testLabels.header, `labels 0 to ${greatestOf(testLabels.labels)}`),
    ],
    notes: [
      ...scaleNotes(scale),
      `${nameOf(four.testImages.path)} validates and tests, as the document does it.`,
      ...leftOutNotes(leftOut),
    ],
    leftOut,
    hidden,
    train: part(four.trainImages, trainPixels, trainLabels),
    validation: test,
    test,
  };
}

async function readLabels(file: OwnFile): Promise<Labels> {
  const header = await readNpyHeader(file);
  const values = await readNpyValues(file, header);
  return { header, labels: labelsOf(file.path, values, header.shape) };
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
