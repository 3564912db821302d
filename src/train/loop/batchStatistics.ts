/**
 * Why an evaluation falls far below training: are it the moving statistics of batch normalisation? Some of the evaluated
 * images are looked at once more as training does, with the statistics of their own batches. Any engine does so in a
 * training step at a rate of zero, after which its state is put back; so no engine knows of this.
 */
import { randomStream } from "../../core/random.ts";
import type { Evaluation, Executor, PixelBatch, TrainingMetrics } from "../../exec/executor.ts";
import { LAG, type StatisticsComparison } from "../../settings/statisticsText.ts";

/** Images that are looked at again, at most; and at least, or chance would decide. */
const MOST_IMAGES = 512;
const FEWEST_IMAGES = 32;
const MOST_BYTES = 32 * 2 ** 20;
/** Of training, the accuracy over the newest so many images. */
const RECENT_IMAGES = 512;

/** Does what changes an engine's state, and puts that back. */
export type Unchanged = <T>(act: (executor: Executor) => Promise<T>) => Promise<T>;

/** For an engine that is not kept alive by somebody else. All its steps have been read. */
export async function leavingUnchanged<T>(
  executor: Executor,
  act: (executor: Executor) => Promise<T>,
): Promise<T> {
  const before = await executor.readState();
  try {
    return await act(executor);
  } finally {
    executor.writeState(before);
  }
}

/** The share of images that are recognised by the statistics of their batches. Changes the engine's state. */
export async function accuracyByBatch(
  executor: Executor,
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
  /** Its place among the evaluated ones. */
  readonly place: number;
  readonly label: number;
  readonly pixels: PixelBatch["pixels"];
}

export interface StatisticsCheck {
  /** Told of what training measured. */
  trained(metrics: TrainingMetrics): void;
  /** Passes the batches of one evaluation on and keeps some of their images. */
  sampled(batches: AsyncIterable<PixelBatch>): AsyncIterable<PixelBatch>;
  /** Of the evaluation that took these batches; undefined where it does not lag, or where there is too little to compare. */
  compare(
    of: StatisticsComparison["of"],
    evaluation: Evaluation,
  ): Promise<StatisticsComparison | undefined>;
}

/** @param batchSize of training */
export function createStatisticsCheck(batchSize: number, unchanged: Unchanged): StatisticsCheck {
  let recent: Pick<TrainingMetrics, "numCorrect" | "numImages">[] = [];
  let kept: KeptImage[] = [];
  let form: PixelBatch | undefined;
  const random = randomStream(1, "compared statistics");

  function training(): number {
    const numImages = recent.reduce((sum, one) => sum + one.numImages, 0);
    return recent.reduce((sum, one) => sum + one.numCorrect, 0) / numImages;
  }

  /** As many as fill whole batches, in an order that knows no classes. */
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
          // Each image that came so far is kept with the same chance: images may lie in the order of their classes.
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
