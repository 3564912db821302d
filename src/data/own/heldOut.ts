/** Holds out a share of each class for validation and test, for data sets that come in one part. */
import { randomStream, shuffleInPlace } from "../../core/random.ts";

/** The share of each class that is held out, at least one image. */
const HELD_OUT_SHARE = 0.2;

export interface HeldOut {
  /** Indices of images, ascending. */
  readonly kept: readonly number[];
  readonly heldOut: readonly number[];
}

/**
 * Draws a fifth of each class by the seed.
 * @param labels `[numImages]`
 * @param onSingle creates the error for a class with a single image, which cannot both train and validate
 */
export function holdOut(
  labels: Uint8Array,
  numClasses: number,
  seed: number,
  onSingle: (label: number, numImages: number) => Error,
): HeldOut {
  const random = randomStream(seed, "data.ownHoldOut");
  const isHeldOut = new Uint8Array(labels.length);
  const membersOf = Array.from({ length: numClasses }, (): number[] => []);
  labels.forEach((label, index) => {
    membersOf[label]?.push(index);
  });
  membersOf.forEach((indices, label) => {
    const members = Uint32Array.from(indices);
    if (members.length < 2) throw onSingle(label, members.length);
    const numHeldOut = Math.max(1, Math.floor(members.length * HELD_OUT_SHARE));
    for (const index of shuffleInPlace(members, random).subarray(0, numHeldOut))
      isHeldOut[index] = 1;
  });
  const all = [...labels.keys()];
  return {
    kept: all.filter((index) => isHeldOut[index] === 0),
    heldOut: all.filter((index) => isHeldOut[index] === 1),
  };
}
