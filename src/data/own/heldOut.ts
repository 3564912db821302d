/** Divides data that come in one part: a share of each class validates, and another one tests where that is asked for. */
import { heldOutOf, type Shares } from "../../core/ownSplit.ts";
import { randomStream, shuffleInPlace } from "../../core/random.ts";

/** Indices of images, ascending. */
export interface HeldOut {
  readonly kept: readonly number[];
  readonly validation: readonly number[];
  /** The same as `validation` when no share is for the test alone. */
  readonly test: readonly number[];
}

const VALIDATION = 1;
const TEST = 2;

/**
 * Draws the shares of each class by the seed.
 * @param labels `[numImages]`
 * @param onTooFew creates the error for a class with fewer images than it needs for each purpose to have one
 */
export function holdOut(
  labels: Uint8Array,
  numClasses: number,
  { seed, ...shares }: Shares & { readonly seed: number },
  onTooFew: (label: number, numImages: number, least: number) => Error,
): HeldOut {
  const random = randomStream(seed, "data.ownHoldOut");
  const membersOf = Array.from({ length: numClasses }, (): number[] => []);
  labels.forEach((label, index) => {
    membersOf[label]?.push(index);
  });
  const places = new Uint8Array(labels.length);
  membersOf.forEach((indices, label) => {
    const { validation, test } = heldOutOf(indices.length, shares);
    if (indices.length <= validation + test)
      throw onTooFew(label, indices.length, shares.ownTestShare === 0 ? 2 : 3);
    const members = shuffleInPlace(Uint32Array.from(indices), random);
    for (const index of members.subarray(0, validation)) places[index] = VALIDATION;
    for (const index of members.subarray(validation, validation + test)) places[index] = TEST;
  });
  const all = [...labels.keys()];
  const inPart = (part: number) => all.filter((index) => places[index] === part);
  const validation = inPart(VALIDATION);
  return {
    kept: inPart(0),
    validation,
    test: shares.ownTestShare === 0 ? validation : inPart(TEST),
  };
}
