/**
 * Limits how many images a run validates and tests on, for a short trial of a network whose test takes minutes. The training
 * images stay the same. This file chooses the remaining images and writes the note about them.
 */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { formatCount } from "../../core/units.ts";
import type { RunData } from "./runData.ts";

/** The maximum numbers of images. Absent means all; 0 skips the validation or the test. */
export interface EvaluationLimits {
  readonly validationImages?: number;
  readonly testImages?: number;
}

/**
 * Spaces the test images evenly over the whole set, because the set may be sorted by class. The validation keeps the first
 * held-out images, which are in random order already.
 */
export function limitedRunData(
  data: RunData,
  limits: EvaluationLimits,
  /** The maximum number of images an engine may get at a time. */
  batchSize: number,
): RunData {
  const { description } = data;
  const numTest = Math.min(limits.testImages ?? Number.POSITIVE_INFINITY, description.numTest);
  const numValidation = Math.min(
    limits.validationImages ?? Number.POSITIVE_INFINITY,
    data.numValidation,
  );
  const indices = Array.from({ length: numTest }, (_, place) =>
    Math.floor((place * description.numTest) / numTest),
  );
  const limitsTest = numTest < description.numTest;
  return {
    ...data,
    numValidation,
    notes: [
      ...data.notes,
      ...noteOf("validation", numValidation, data.numValidation),
      ...noteOf("test", numTest, description.numTest),
    ],
    description: { ...description, numTest },
    testBatches: () => (limitsTest ? chosenBatches(data, indices, batchSize) : data.testBatches()),
    testImages: (places) =>
      data.testImages(places.map((place) => (limitsTest ? (indices[place] ?? place) : place))),
  };
}

async function* chosenBatches(
  data: RunData,
  indices: readonly number[],
  batchSize: number,
): AsyncGenerator<PixelBatch> {
  const { height, width, channels } = data.description;
  for (let first = 0; first < indices.length; first += batchSize) {
    const chosen = indices.slice(first, first + batchSize);
    const images = await data.testImages(chosen);
    yield { kind: "pixels", height, width, channels, numImages: chosen.length, ...images };
  }
}

function noteOf(
  what: "validation" | "test",
  numImages: number,
  numThere: number,
): readonly string[] {
  if (numImages === numThere) return [];
  if (numImages === 0) return [`There is no ${what}, as asked for.`];
  return [
    `The ${what} looks at ${formatCount(numImages)} of the ${formatCount(numThere)} images, as asked for.`,
  ];
}
