/**
 * A shuffle buffer with the semantics of `tf.data.Dataset.shuffle`. It holds at most `capacity` images. An image drawn at
 * random leaves, and the next image from the stream takes its slot. All pixels are in one preallocated array, so memory never
 * grows beyond `capacity` images. The caller decides when to add and when to draw; see `trainingBatches.ts`.
 */
import type { PixelBatch } from "../core/pixelBatch.ts";
import type { RandomStream } from "../core/random.ts";

export interface ShuffleBuffer {
  readonly capacity: number;
  /** The current number of images. */
  readonly numImages: number;
  /** Copies image `index` of `source` into a free slot. There must be one. */
  add(source: PixelBatch<Uint8Array>, index: number): void;
  /** Moves an image, drawn uniformly at random, to position `index` of `target`. The buffer must not be empty. */
  drawInto(target: PixelBatch<Uint8Array>, index: number): void;
  /** Draws an image as `drawInto` does and drops it. */
  discard(): void;
}

/** @param imageSize bytes of one image's pixels */
export function createShuffleBuffer(
  capacity: number,
  imageSize: number,
  random: RandomStream,
): ShuffleBuffer {
  const pixels = new Uint8Array(capacity * imageSize);
  const labels = new Uint8Array(capacity);
  // The first `numImages` entries list the occupied slots, the others the free ones. Drawing swaps two entries instead of
  // moving pixels.
  const slots = Uint32Array.from({ length: capacity }, (_, slot) => slot);
  let numImages = 0;

  /** Draws an image and returns its slot, which is free then but still holds the pixels. */
  function draw(): number {
    const drawn = random.nextInteger(numImages);
    const slot = slotAt(slots, drawn);
    numImages -= 1;
    slots[drawn] = slotAt(slots, numImages);
    slots[numImages] = slot;
    return slot;
  }

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
      const slot = draw();
      target.pixels.set(
        pixels.subarray(slot * imageSize, (slot + 1) * imageSize),
        index * imageSize,
      );
      target.labels[index] = labels[slot] ?? 0;
    },
    discard: () => void draw(),
  };
}

/** A position outside the table is a bug of the caller: it added to a full buffer or drew from an empty one. */
function slotAt(slots: Uint32Array, position: number): number {
  const slot = slots[position];
  if (slot === undefined) {
    throw new RangeError(`shuffle buffer: position ${position} of ${slots.length} slots`);
  }
  return slot;
}
