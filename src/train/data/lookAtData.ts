/**
 * Describes what a run would train on: classes with their counts, examples, and the shape and range of the images after each
 * preparation step. The reference prepares real images for this. Nothing is trained.
 */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { sliceImages } from "../../data/imageBatch.ts";
import type { DataLook } from "../../protocol/dataLook.ts";
import { asTrained } from "../../settings/asTrained.ts";
import type { Settings } from "../../settings/settings.ts";
import { firstImages } from "../loop/batchStreams.ts";
import { augmentBatch } from "./augmentBatch.ts";
import { imageStages, labelStages } from "./dataStages.ts";
import { preparedPictures } from "./preparedPictures.ts";
import type { RunData } from "./runData.ts";

const EXAMPLES = 8;
/** How many example images are shown, each as stored, augmented and prepared. */
const PICTURES = 6;
const MOST_MEASURED = 100;
/** The maximum number of prepared values that the slow reference computes in total. */
const MEASURED_VALUES = 2e6;
/** When the class counts are known already, this many images are enough to pick examples from. */
const ENOUGH_IMAGES = 2000;

/** @throws PlaygroundError of the settings or the data */
export async function lookAtData(
  asSet: Settings,
  openData: (settings: Settings) => Promise<RunData>,
): Promise<DataLook> {
  // Reads all images in stored order, including a last partial batch, so that the counts are complete.
  const data = await openData({ ...asSet, remainder: "keep", shuffleBuffer: 1 });
  const { description } = data;
  const { settings } = asTrained(asSet, description.classes.length);
  const { inputSize, inputChannels } = settings;
  const numValues = inputSize * inputSize * inputChannels;
  const numMeasured = Math.max(
    PICTURES,
    Math.min(MOST_MEASURED, Math.floor(MEASURED_VALUES / numValues)),
  );
  const known = description.own;
  const numClasses = description.classes.length;

  const training = new Uint32Array(numClasses);
  const examples = description.classes.map((): PixelBatch[] => []);
  const measured: PixelBatch[] = [];
  const most = known === undefined ? data.numTrain : Math.min(data.numTrain, ENOUGH_IMAGES);
  for await (const batch of firstImages(data.trainingBatches(0), most)) {
    batch.labels.forEach((label, index) => {
      training[label] = (training[label] ?? 0) + 1;
      const wanted = measured.length < numMeasured;
      const own = examples[label];
      if (!wanted && (own === undefined || own.length >= EXAMPLES)) return;
      const image = sliceImages(batch, index, 1);
      if (wanted) measured.push(image);
      if (own !== undefined && own.length < EXAMPLES) own.push(image);
    });
  }
  const counts = {
    training: known?.trainCounts ?? [...training],
    heldOut: await countsOf(data.validationBatches("whole"), numClasses),
    test: known?.testCounts ?? (await countsOf(data.testBatches(), numClasses)),
  };

  const some = measured.slice(0, PICTURES);
  const augmented = some.map((image, step) => augmentBatch(image, settings, step));
  const isAugmented = augmented.some(({ maps }) => maps !== undefined);
  const { pictures, prepared } = await preparedPictures(settings);
  return {
    title: description.title,
    classes: description.classes.map((name, index) => ({
      name,
      training: counts.training[index] ?? 0,
      heldOut: counts.heldOut[index] ?? 0,
      test: counts.test[index] ?? 0,
      examples: pictures(examples[index] ?? [], description),
    })),
    images: await imageStages(measured, data.numTrain, settings),
    labels: labelStages(data.numTrain, numClasses, settings),
    numMeasured: measured.length,
    stored: pictures(some, description),
    augmented: isAugmented ? pictures(augmented, description) : null,
    prepared: prepared(augmented),
    notes: [...data.notes],
  };
}

async function countsOf(
  batches: AsyncIterable<PixelBatch>,
  numClasses: number,
): Promise<readonly number[]> {
  const counts = Array.from({ length: numClasses }, () => 0);
  for await (const { labels } of batches)
    for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
