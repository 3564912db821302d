/**
 * Streams one epoch of training batches: shards in file order, without the held-out images, through the shuffle buffer.
 * Training runs while later shards are still loading.
 *
 * The order is that of `tf.data`'s `shuffle(bufferSize, seed, reshuffle_each_iteration=True)` with one difference: the first
 * batch is drawn as soon as the buffer is full, and the buffer is then refilled. `tf.data` would wait for `batchSize - 1` more
 * images, that is for one more shard, before the first step.
 *
 * Every epoch reads and verifies all its shards again. Shards that have arrived once come from the cache in `keptShards.ts` and
 * not from the network. Memory here is limited to the buffer and two shards, however large the set is.
 *
 * A run that goes on from a checkpoint skips the batches before it: the same images enter and leave the buffer in the same order,
 * so the buffer is as it was, and only the copies into batches are left out.
 */
import type { PixelBatch } from "../core/pixelBatch.ts";
import { randomStream } from "../core/random.ts";
import { emptyImages, sliceImages } from "./imageBatch.ts";
import type { DataSet } from "./openDataSet.ts";
import { readShards, type ShardProgress } from "./shardLoader.ts";
import { createShuffleBuffer } from "./shuffleBuffer.ts";
import { ROLE_TRAINING, type Split, shardsInRole } from "./split.ts";

export interface LoadingProgress extends ShardProgress {
  /** The number of images in the shuffle buffer. */
  readonly buffered: number;
  /**
   * The number of images the buffer waits for before the first batch: its size, or the number of all images if that is smaller.
   */
  readonly bufferSize: number;
}

export interface TrainingBatchesOptions {
  readonly dataSet: DataSet;
  readonly split: Split;
  /** Any whole number; each epoch has its own order. */
  readonly epoch: number;
  readonly seed: number;
  readonly batchSize: number;
  /** Whether the last, smaller batch is dropped or kept. */
  readonly remainder: "drop" | "keep";
  /** The number of batches at the start that were taken before. They are not yielded again. Default: 0. */
  readonly skip?: number;
  /** The number of images to draw from; 1 keeps the stored order. */
  readonly shuffleBuffer: number;
  /** Called for every chunk that arrives and every shard that is in the buffer. */
  readonly onProgress?: (progress: LoadingProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Yields the `stepsPerEpoch` batches of one epoch. The receiver owns each batch. The same options give the same batches,
 * whatever the network does.
 * @throws PlaygroundError `data.shard-corrupt`, `data.unreachable`; the signal's reason when aborted
 */
export async function* trainingBatches(
  options: TrainingBatchesOptions,
): AsyncGenerator<PixelBatch<Uint8Array>> {
  const { dataSet, split, batchSize, signal } = options;
  const { height, width } = dataSet.manifest;
  const bufferSize = Math.min(options.shuffleBuffer, split.numTraining);
  const random = randomStream(options.seed, `data.shuffle/${options.epoch}`);
  const buffer = createShuffleBuffer(bufferSize, height * width, random);

  let shardProgress: ShardProgress | undefined;
  const report = (): void => {
    if (shardProgress === undefined) return;
    options.onProgress?.({ ...shardProgress, buffered: buffer.numImages, bufferSize });
  };

  const assembly = createAssembly(batchSize, height, width);
  let numToDiscard = (options.skip ?? 0) * batchSize;
  const drawOne = (): PixelBatch<Uint8Array> | undefined => {
    if (numToDiscard === 0) return assembly.fill((target, index) => buffer.drawInto(target, index));
    numToDiscard -= 1;
    buffer.discard();
    return undefined;
  };

  const shards = readShards({
    dataSet,
    part: "train",
    shards: shardsInRole(dataSet.manifest, split, ROLE_TRAINING),
    onProgress: (progress) => {
      shardProgress = progress;
      report();
    },
    ...(signal && { signal }),
  });
  let hasStarted = false;
  for await (const shard of shards) {
    for (let index = 0; index < shard.numImages; index += 1) {
      if (split.roles[shard.firstImage + index] !== ROLE_TRAINING) continue;
      buffer.add(shard, index);
      if (buffer.numImages < bufferSize) continue;
      if (!hasStarted) report();
      const numToDraw = !hasStarted && bufferSize >= batchSize ? batchSize : 1;
      hasStarted = true;
      for (let left = numToDraw; left > 0; left -= 1) {
        const batch = drawOne();
        if (batch === undefined) continue;
        yield batch;
        signal?.throwIfAborted();
      }
    }
    report();
  }

  while (buffer.numImages > 0) {
    const batch = drawOne();
    if (batch === undefined) continue;
    yield batch;
    signal?.throwIfAborted();
  }
  const rest = assembly.rest();
  if (options.remainder === "keep" && rest.numImages > 0) yield rest;
}

interface Assembly {
  /** Fills the next position of the batch and returns the batch when it is complete. */
  fill(
    writeAt: (target: PixelBatch<Uint8Array>, index: number) => void,
  ): PixelBatch<Uint8Array> | undefined;
  /** Returns the images of an unfinished batch. */
  rest(): PixelBatch<Uint8Array>;
}

/** Allocates a new batch every time, because engines may keep or transfer the one they got. */
function createAssembly(batchSize: number, height: number, width: number): Assembly {
  let batch = emptyImages(batchSize, height, width);
  let numFilled = 0;
  return {
    fill(writeAt) {
      writeAt(batch, numFilled);
      numFilled += 1;
      if (numFilled < batchSize) return undefined;
      const filled = batch;
      batch = emptyImages(batchSize, height, width);
      numFilled = 0;
      return filled;
    },
    rest: () => sliceImages(batch, 0, numFilled),
  };
}
