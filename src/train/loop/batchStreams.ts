/** Reshapes streams of batches: joins passes into an endless stream, and takes a first part of a stream. */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { sliceImages } from "../../data/imageBatch.ts";

/**
 * Yields one pass through the data after another without end, as Keras' generators do. The budget, not the data, decides where
 * an epoch ends.
 *
 * @param firstPass pass 0, already started.
 * @throws RangeError for a pass without a batch, which would loop forever.
 */
export async function* endlessPasses(
  firstPass: AsyncIterable<PixelBatch>,
  passAt: (pass: number) => AsyncIterable<PixelBatch>,
): AsyncGenerator<PixelBatch> {
  for (let pass = 0; ; pass += 1) {
    let numBatches = 0;
    for await (const batch of pass === 0 ? firstPass : passAt(pass)) {
      numBatches += 1;
      yield batch;
    }
    if (numBatches === 0) throw new RangeError(`pass ${pass} through the data holds no batch`);
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
