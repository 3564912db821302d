/**
 * Divides a person's own data that come in one part: how many images of each class validate and test. The page counts with the same
 * functions as the run. Pure functions.
 */
import type { DataSetDescription } from "./dataSet.ts";

/** In percent of each class. */
export interface Shares {
  readonly ownValidationShare: number;
  /** 0: the images that validate also test. */
  readonly ownTestShare: number;
}

/** Returns how many of a class's images only validate or test: one at least, where the share is not 0. */
export function heldOutOf(numImages: number, { ownValidationShare, ownTestShare }: Shares) {
  const of = (share: number) => Math.max(1, Math.floor((numImages * share) / 100));
  return { validation: of(ownValidationShare), test: ownTestShare === 0 ? 0 : of(ownTestShare) };
}

/** @param why what the files lack, as the start of the sentence */
export function splitNote(why: string, { ownValidationShare, ownTestShare }: Shares): string {
  const drawn = `${why}: ${ownValidationShare} % of each class, drawn by the seed,`;
  return ownTestShare === 0
    ? `${drawn} validate and test.`
    : `${drawn} validate, and ${ownTestShare} % test.`;
}

/** Returns the description as it is with these shares. */
export function withShares(description: DataSetDescription, shares: Shares): DataSetDescription {
  const { own } = description;
  if (own?.whole === undefined) return description;
  const { counts, why } = own.whole;
  const heldOut = counts.map((count) => heldOutOf(count, shares));
  const trainCounts = heldOut.map(
    ({ validation, test }, label) => (counts[label] ?? 0) - validation - test,
  );
  const testCounts = heldOut.map(({ validation, test }) => test || validation);
  const notes = own.notes.map((note) => (note.startsWith(why) ? splitNote(why, shares) : note));
  return {
    ...description,
    numTrain: sumOf(trainCounts),
    numTest: sumOf(testCounts),
    own: { ...own, notes, trainCounts, testCounts },
  };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
