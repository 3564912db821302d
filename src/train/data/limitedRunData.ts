/**
 * A run's data with fewer images to validate and to test on, for a short try of a network whose test takes minutes. The images to
 * train on stay the same. Owns which images are left, and says so.
 */
import { formatCount } from "../../core/units.ts";
import type { PixelBatch } from "../../exec/executor.ts";
import type { RunData } from "./runData.ts";

/** Largest numbers of images; absent: all there are. 0 leaves the validation, or the test, out. */
export interface EvaluationLimits {
  readonly validationImages?: number;
  readonly testImages?: number;
}

/**
 * The images of the test lie evenly over the whole set, which may be in the order of its classes. Those of a validation
 * are the first held-out ones, which were drawn at random.
 */
export function limitedRunData(
  data: RunData,
  limits: EvaluationLimits,
  /** Images that an engine may be given at a time. */
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
