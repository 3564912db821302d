/**
 * Reads images in stored order or by index, unshuffled: the test set as a stream, single test images for the gallery and the
 * confusion matrix, and the held-out images of a run.
 */
import { PlaygroundError } from "../core/errors.ts";
import type { PixelBatch } from "../core/pixelBatch.ts";
import { formatCount } from "../core/units.ts";
import { cutBatches, emptyImages, imageBytes, sliceImages } from "./imageBatch.ts";
import type { PartName } from "./manifest.ts";
import type { DataSet } from "./openDataSet.ts";
import { readShards, type ShardProgress } from "./shardLoader.ts";
import { firstImageOfEach, type Split } from "./split.ts";

interface ReadOptions {
  readonly dataSet: DataSet;
  readonly onProgress?: (progress: ShardProgress) => void;
  readonly signal?: AbortSignal;
}

export interface TestBatchesOptions extends ReadOptions {
  readonly batchSize: number;
}

/**
 * Streams the test set in stored order; the last batch may be smaller.
 * @throws PlaygroundError `data.shard-corrupt`, `data.unreachable`; the signal's reason when aborted
 */
export async function* testBatches(
  options: TestBatchesOptions,
): AsyncGenerator<PixelBatch<Uint8Array>> {
  const { dataSet, batchSize } = options;
  const { height, width } = dataSet.manifest;
  const startBatch = (): PixelBatch<Uint8Array> => emptyImages(batchSize, height, width);
  let batch = startBatch();
  let numFilled = 0;
  for await (const shard of readShards({ ...options, part: "test" })) {
    let first = 0;
    while (first < shard.numImages) {
      const numCopied = Math.min(batchSize - numFilled, shard.numImages - first);
      copyImages(sliceImages(shard, first, numCopied), batch, numFilled);
      first += numCopied;
      numFilled += numCopied;
      if (numFilled < batchSize) continue;
      yield batch;
      options.signal?.throwIfAborted();
      batch = startBatch();
      numFilled = 0;
    }
  }
  if (numFilled > 0) yield sliceImages(batch, 0, numFilled);
}

export interface LoadTestImagesOptions extends ReadOptions {
  /** Indices into the test set, in any order. */
  readonly indices: readonly number[];
}

/**
 * Loads test images by index, in the requested order, and only the shards that hold them.
 * @throws PlaygroundError `run.invalid-command` for an index that no test image has; as `testBatches`
 */
export function loadTestImages(options: LoadTestImagesOptions): Promise<PixelBatch<Uint8Array>> {
  return gather(options, "test", options.indices);
}

/** A run's held-out images, kept in memory: 4 MB for 5,000 images of 28 x 28. */
export interface ValidationImages {
  /** All of them; those of the live curve come first. */
  readonly whole: PixelBatch<Uint8Array>;
  /** The first `split.numLive` of them, without a copy. */
  readonly live: PixelBatch<Uint8Array>;
}

export interface LoadValidationImagesOptions extends ReadOptions {
  readonly split: Split;
}

/**
 * Loads the held-out images: 3 shards for 5,000 of 60,000. This runs beside the first training steps, which do not need them.
 * @throws PlaygroundError as `testBatches`
 */
export async function loadValidationImages(
  options: LoadValidationImagesOptions,
): Promise<ValidationImages> {
  const whole = await gather(options, "train", options.split.heldOut);
  return { whole, live: sliceImages(whole, 0, options.split.numLive) };
}

/**
 * Yields batches of the live curve's images or of all held-out ones, as often as needed. The batches are views: nothing is
 * copied.
 */
export function validationBatches(
  images: ValidationImages,
  which: keyof ValidationImages,
  batchSize: number,
): Generator<PixelBatch<Uint8Array>> {
  return cutBatches(images[which], batchSize);
}

/** Loads images of a part by index, in the order of `indices`. */
async function gather(
  options: ReadOptions,
  part: PartName,
  indices: Iterable<number>,
): Promise<PixelBatch<Uint8Array>> {
  const { manifest } = options.dataSet;
  const firstImages = firstImageOfEach(manifest.splits[part].shards);
  // Maps each shard to the positions in the result that its images fill.
  const placesOf = new Map<number, { place: number; index: number }[]>();
  let numImages = 0;
  for (const index of indices) {
    const shardIndex = shardOf(index, firstImages, part);
    const places = placesOf.get(shardIndex) ?? [];
    places.push({ place: numImages, index });
    placesOf.set(shardIndex, places);
    numImages += 1;
  }

  const gathered = emptyImages(numImages, manifest.height, manifest.width);
  const shards = [...placesOf.keys()].sort((a, b) => a - b);
  for await (const shard of readShards({ ...options, part, shards })) {
    for (const { place, index } of placesOf.get(shard.shardIndex) ?? []) {
      copyImages(sliceImages(shard, index - shard.firstImage, 1), gathered, place);
    }
  }
  return gathered;
}

function shardOf(index: number, firstImages: readonly number[], part: PartName): number {
  const shardIndex = firstImages.findIndex(
    (first, position) => index >= first && index < (firstImages[position + 1] ?? first),
  );
  if (shardIndex >= 0 && Number.isInteger(index)) return shardIndex;
  throw new PlaygroundError({
    code: "run.invalid-command",
    where: part === "test" ? "Test images" : "Training images",
    rule: "no image has this index",
    expected: `0 to ${formatCount((firstImages.at(-1) ?? 0) - 1)}`,
    got: String(index),
    remedy: "Ask for images that the data set has.",
    context: { index },
  });
}

function copyImages(
  source: PixelBatch<Uint8Array>,
  target: PixelBatch<Uint8Array>,
  first: number,
): void {
  target.pixels.set(source.pixels, first * imageBytes(target));
  target.labels.set(source.labels, first);
}
