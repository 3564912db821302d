/** Reshapes streams of batches: joins passes into an endless stream, and takes a first part of a stream. */
import type { BatchCursor } from "../../checkpoint/checkpoint.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { sliceImages } from "../../data/imageBatch.ts";

/** Where a run starts that does not go on from a checkpoint. */
export const FIRST_BATCH: BatchCursor = { pass: 0, batch: 0 };

export interface BatchAt {
  readonly batch: PixelBatch;
  /** Where the stream is after this batch. */
  readonly next: BatchCursor;
}

/**
 * Yields one pass through the data after another without end, as Keras' generators do. The budget, not the data, decides where
 * an epoch ends.
 *
 * @param firstPass the rest of the pass that `start` names, already started.
 * @throws RangeError for a pass without a batch, which would loop forever.
 */
export async function* endlessPasses(
  firstPass: AsyncIterable<PixelBatch>,
  passAt: (pass: number) => AsyncIterable<PixelBatch>,
  start: BatchCursor = FIRST_BATCH,
): AsyncGenerator<BatchAt> {
  for (let { pass } = start; ; pass += 1) {
    const isFirst = pass === start.pass;
    let taken = isFirst ? start.batch : 0;
    for await (const batch of isFirst ? firstPass : passAt(pass)) {
      taken += 1;
      yield { batch, next: { pass, batch: taken } };
    }
    if (taken === 0) throw new RangeError(`pass ${pass} through the data holds no batch`);
  }
}

/** Yields the first `numImages` images of a stream and never requests more. */
export async function* firstImages(
  batches: AsyncIterable<PixelBatch>,
  numImages: number,
): AsyncGenerator<PixelBatch> {
  let left = numImages;
  if (left === 0) return;
  for await (const batch of batches) {
    yield batch.numImages <= left ? batch : sliceImages(batch, 0, left);
    left -= batch.numImages;
    if (left <= 0) return;
  }
}
