/**
 * Checks whether the moving statistics of batch normalisation explain an evaluation far below the training accuracy. It
 * classifies some of the evaluated images again with the statistics of their own batches, as training does. A training step
 * with learning rate 0 does that in any engine. The engine's state is restored afterwards, so no engine needs to know about
 * this.
 */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { randomStream, resumedStream } from "../../core/random.ts";
import type { Evaluation, StateHolder, Trainer, TrainingMetrics } from "../../exec/executor.ts";
import { LAG, type StatisticsComparison } from "../../settings/statisticsText.ts";

/** The maximum number of images classified again, and the minimum for a meaningful comparison. */
const MOST_IMAGES = 512;
const FEWEST_IMAGES = 32;
const MOST_BYTES = 32 * 2 ** 20;
/** The training accuracy is that of at least this many recent images. */
const RECENT_IMAGES = 512;

/** Runs work that changes an engine's state and then restores the state. */
export type Unchanged = <T>(act: (executor: Trainer) => Promise<T>) => Promise<T>;

/** Does not survive the loss of the device. Requires that all its steps have been read. */
export async function leavingUnchanged<T>(
  executor: Trainer & StateHolder,
  act: (executor: Trainer) => Promise<T>,
): Promise<T> {
  const before = await executor.readState();
  try {
    return await act(executor);
  } finally {
    executor.writeState(before);
  }
}

/** Returns the accuracy with the statistics of each batch. This changes the engine's state. */
export async function accuracyByBatch(
  executor: Trainer,
  batches: Iterable<PixelBatch>,
): Promise<number> {
  let [numCorrect, numImages] = [0, 0];
  for (const batch of batches) {
    await executor.trainStep(batch, 0);
    const metrics = await executor.readMetrics();
    numCorrect += metrics.numCorrect;
    numImages += metrics.numImages;
  }
  return numCorrect / numImages;
}

interface KeptImage {
  /** Its index among the evaluated images. */
  readonly place: number;
  readonly label: number;
  readonly pixels: PixelBatch["pixels"];
}

/** What the check remembers between two evaluations. */
export interface StatisticsMemory {
  /** The newest training measurements. */
  readonly recent: Pick<TrainingMetrics, "numCorrect" | "numImages">[];
  /** The state of the random numbers that draw the images. */
  readonly random: number[];
}

export interface StatisticsCheck {
  memory(): StatisticsMemory;
  /** Takes a training measurement into account. */
  trained(metrics: TrainingMetrics): void;
  /** Passes on the batches of one evaluation and keeps a sample of their images. */
  sampled(batches: AsyncIterable<PixelBatch>): AsyncIterable<PixelBatch>;
  /**
   * Compares the evaluation that took these batches. Returns undefined when it is not far below training, or when there are too
   * few images.
   */
  compare(
    of: StatisticsComparison["of"],
    evaluation: Evaluation,
  ): Promise<StatisticsComparison | undefined>;
}

/**
 * @param batchSize the batch size of training
 * @param from the memory of another check, which this one goes on from
 */
export function createStatisticsCheck(
  batchSize: number,
  unchanged: Unchanged,
  from?: StatisticsMemory,
): StatisticsCheck {
  let recent = from?.recent ?? [];
  let kept: KeptImage[] = [];
  let form: PixelBatch | undefined;
  const random = from ? resumedStream(from.random) : randomStream(1, "compared statistics");

  function training(): number {
    const numImages = recent.reduce((sum, one) => sum + one.numImages, 0);
    return recent.reduce((sum, one) => sum + one.numCorrect, 0) / numImages;
  }

  /** Shuffles the images, so that batches mix the classes, and keeps as many as fill whole batches. */
  function drawn(images: readonly KeptImage[]): readonly KeptImage[] {
    const whole = Math.floor(images.length / batchSize) * batchSize;
    return images
      .map((image) => ({ image, by: random.nextFloat() }))
      .sort((one, other) => one.by - other.by)
      .slice(0, whole || images.length)
      .map(({ image }) => image);
  }

  function* batchesOf(images: readonly KeptImage[], like: PixelBatch): Generator<PixelBatch> {
    for (let first = 0; first < images.length; first += batchSize)
      yield joined(images.slice(first, first + batchSize), like);
  }

  return {
    memory: () => ({ recent: [...recent], random: [...random.state] }),
    trained({ numCorrect, numImages }) {
      recent.push({ numCorrect, numImages });
      const all = () => recent.reduce((sum, one) => sum + one.numImages, 0);
      while (recent.length > 1 && all() - (recent[0]?.numImages ?? 0) >= RECENT_IMAGES)
        recent = recent.slice(1);
    },
    async *sampled(batches) {
      kept = [];
      form = undefined;
      let place = 0;
      for await (const batch of batches) {
        form ??= batch;
        const size = batch.pixels.length / batch.numImages;
        const imageBytes = size * batch.pixels.BYTES_PER_ELEMENT;
        const most = Math.min(MOST_IMAGES, Math.floor(MOST_BYTES / imageBytes));
        for (let image = 0; image < batch.numImages; image += 1, place += 1) {
          // Reservoir sampling keeps each image with the same probability, because the images may be sorted by class.
          const slot = place < most ? place : random.nextInteger(place + 1);
          if (slot >= most) continue;
          const pixels = batch.pixels.slice(image * size, (image + 1) * size);
          kept[slot] = { place, label: batch.labels[image] ?? 0, pixels };
        }
        yield batch;
      }
    },
    async compare(of, { accuracy, predicted }) {
      const images = drawn(kept);
      const like = form;
      kept = [];
      const lags = recent.length > 0 && training() - accuracy >= LAG;
      if (!lags || images.length < FEWEST_IMAGES || like === undefined) return undefined;
      const numCorrect = images.filter(({ place, label }) => predicted[place] === label).length;
      return {
        of,
        numImages: images.length,
        byMoving: numCorrect / images.length,
        byBatch: await unchanged((executor) => accuracyByBatch(executor, batchesOf(images, like))),
        training: training(),
      };
    },
  };
}

function joined(
  images: readonly KeptImage[],
  { kind, height, width, channels }: PixelBatch,
): PixelBatch {
  const size = height * width * channels;
  const isFloat = images.some(({ pixels }) => pixels instanceof Float32Array);
  const pixels = isFloat
    ? new Float32Array(images.length * size)
    : new Uint8Array(images.length * size);
  for (const [index, image] of images.entries()) pixels.set(image.pixels, index * size);
  const labels = Uint8Array.from(images, ({ label }) => label);
  return { kind, height, width, channels, pixels, labels, numImages: images.length };
}
