/** Opens the four files of MNIST, or of any data set in the same format. */
import type { OwnFile } from "../../core/ownFile.ts";
import { formatCount } from "../../core/units.ts";
import { type IdxArray, readIdx } from "./idx.ts";
import { countClasses, requireKnownLabels } from "./labels.ts";
import { leftOutNotes } from "./leftOut.ts";
import { memoryPart } from "./memoryPart.ts";
import { shapeText } from "./npyHeader.ts";
import type { OpenOwnOptions, OwnData, OwnPart } from "./ownData.ts";
import { nameOf, wrongFile } from "./ownFile.ts";
import { fourFiles, type Role, type RoleNames, requireSameLength } from "./roles.ts";

const NAMES: RoleNames = {
  names: {
    trainImages: "train-images-idx3-ubyte",
    trainLabels: "train-labels-idx1-ubyte",
    testImages: "t10k-images-idx3-ubyte",
    testLabels: "t10k-labels-idx1-ubyte",
  },
  wanted: "a file of MNIST",
  format: "idx",
  roleOf(name) {
    const found = /(?:^|-)(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte([.]gz)?$/i.exec(name);
    if (found === null) return undefined;
    const isTrain = found[1]?.toLowerCase() === "train";
    const isImages = found[2]?.toLowerCase() === "images";
    if (isTrain) return isImages ? "trainImages" : "trainLabels";
    return isImages ? "testImages" : "testLabels";
  },
};

/** @throws PlaygroundError `file.invalid`, `file.too-large` */
export async function openMnistFiles(
  files: readonly OwnFile[],
  { onProgress }: OpenOwnOptions,
): Promise<OwnData> {
  const { files: four, leftOut, hidden } = await fourFiles(files, NAMES);
  const roles = Object.keys(NAMES.names) as readonly Role[];
  let numRead = 0;
  const read = async (role: Role, numAxes: number): Promise<IdxArray> => {
    const file = four[role];
    onProgress?.({ task: `Reading ${nameOf(file.path)}`, share: numRead / roles.length });
    const array = await readIdx(file, numAxes);
    numRead += 1;
    return array;
  };
  const trainImages = await read("trainImages", 3);
  const trainLabels = await read("trainLabels", 1);
  const testImages = await read("testImages", 3);
  const testLabels = await read("testLabels", 1);

  requireSameLength(four.trainImages, length(trainImages), four.trainLabels, length(trainLabels));
  requireSameLength(four.testImages, length(testImages), four.testLabels, length(testLabels));
  const [, height = 0, width = 0] = trainImages.shape;
  const [, testHeight, testWidth] = testImages.shape;
  if (height !== testHeight || width !== testWidth) {
    throw wrongFile(four.testImages.path, {
      rule: "training and test images differ in size",
      expected: `${height} × ${width}`,
      got: `${testHeight} × ${testWidth}`,
      remedy: "Take both from the same data set.",
    });
  }
  const numClasses = countClasses(four.trainLabels.path, trainLabels.values);
  const training = nameOf(four.trainLabels.path);
  requireKnownLabels(four.testLabels.path, testLabels.values, numClasses, training);

  const part = (role: Role, images: IdxArray, labels: IdxArray): OwnPart =>
    memoryPart(
      nameOf(four[role].path),
      { pixels: images.values, height, width, channels: 1 },
      labels.values,
    );
  const test = part("testImages", testImages, testLabels);
  const words = (array: IdxArray) =>
    array.shape.length === 1 ? `${formatCount(length(array))} labels` : shapeText(array.shape);
  return {
    title: "MNIST files",
    classes: Array.from({ length: numClasses }, (_, label) => String(label)),
    height,
    width,
    channels: 1,
    sizeBytes: roles.reduce((sum, role) => sum + four[role].file.size, 0),
    files: [
      { name: nameOf(four.trainImages.path), words: words(trainImages) },
      { name: nameOf(four.trainLabels.path), words: words(trainLabels) },
      { name: nameOf(four.testImages.path), words: words(testImages) },
      { name: nameOf(four.testLabels.path), words: words(testLabels) },
    ],
    notes: ["The test images also validate: the files hold no others.", ...leftOutNotes(leftOut)],
    leftOut,
    hidden,
    train: part("trainImages", trainImages, trainLabels),
    validation: test,
    test,
  };
}

function length({ shape }: IdxArray): number {
  return shape[0] ?? 0;
}
