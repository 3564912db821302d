/** Streams of batches cut otherwise than the data gives them: passes joined without an end, and a first part. */
import { sliceImages } from "../../data/imageBatch.ts";
import type { PixelBatch } from "../../exec/executor.ts";

/**
 * One pass through the data after the other, without end, as Keras' generators give them: where an epoch ends is the
 * budget's.
 *
 * @param firstPass pass 0, already begun.
 * @throws RangeError for a pass without a batch, which would never end.
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

/** The first `numImages` images of a stream; what lies behind them is never asked for. */
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
