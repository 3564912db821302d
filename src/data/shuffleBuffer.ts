/**
 * A shuffle buffer with the semantics of `tf.data.Dataset.shuffle`: holds at most `capacity` images; an image
 * drawn at random leaves, and the next image from the stream takes its slot. All pixels lie in one
 * preallocated array, so memory is `capacity` images from the start and never more. When to add and when to
 * draw is the caller's; see `trainingBatches.ts`.
 */
import type { RandomStream } from "../core/random.ts";
import type { ImageBatch } from "./imageBatch.ts";

export interface ShuffleBuffer {
  readonly capacity: number;
  /** Images in it now. */
  readonly numImages: number;
  /** Copies image `index` of `source` into a free slot. There must be one. */
  add(source: ImageBatch, index: number): void;
  /** Moves an image, drawn uniformly at random, to position `index` of `target`. There must be one. */
  drawInto(target: ImageBatch, index: number): void;
}

/** @param imageSize bytes of one image's pixels */
export function createShuffleBuffer(
  capacity: number,
  imageSize: number,
  random: RandomStream,
): ShuffleBuffer {
  const pixels = new Uint8Array(capacity * imageSize);
  const labels = new Uint8Array(capacity);
  // The first `numImages` entries name the taken slots, the others the free ones: drawing swaps two numbers
  // instead of moving pixels.
  const slots = Uint32Array.from({ length: capacity }, (_, slot) => slot);
  let numImages = 0;

  return {
    capacity,
    get numImages() {
      return numImages;
    },
    add(source, index) {
      const slot = slotAt(slots, numImages);
      pixels.set(
        source.pixels.subarray(index * imageSize, (index + 1) * imageSize),
        slot * imageSize,
      );
      labels[slot] = source.labels[index] ?? 0;
      numImages += 1;
    },
    drawInto(target, index) {
      const drawn = random.nextInteger(numImages);
      const slot = slotAt(slots, drawn);
      target.pixels.set(
        pixels.subarray(slot * imageSize, (slot + 1) * imageSize),
        index * imageSize,
      );
      target.labels[index] = labels[slot] ?? 0;
      numImages -= 1;
      slots[drawn] = slotAt(slots, numImages);
      slots[numImages] = slot;
    },
  };
}

/** Outside the table, a full buffer was added to or an empty one drawn from: the caller's bug. */
function slotAt(slots: Uint32Array, position: number): number {
  const slot = slots[position];
  if (slot === undefined) {
    throw new RangeError(`shuffle buffer: position ${position} of ${slots.length} slots`);
  }
  return slot;
}
