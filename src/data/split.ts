/**
 * Chooses which training images are used, and which of these are held out for validation. These are pure functions of counts
 * and seed; they read no image.
 *
 * Both choices are random within few shards instead of over all of them:
 * - A run on fewer training images takes them from as few shards as possible, chosen by the seed. A run on 500 images loads one
 *   shard an epoch, not all 24.
 * - The hold-out comes from the last shards in reading order: as few as hold it and one more. So it never delays the start of
 *   training, because the shuffle buffer fills from the first shards. Collecting it loads 3 shards, not 24.
 *
 * That is sound because the stored order is random with respect to class, in the official files as in the starter set. Within a
 * shard, a choice is as good a sample as over all shards.
 */

import { append } from "../core/numbers.ts";
import { type RandomStream, randomStream, shuffleInPlace } from "../core/random.ts";
import { formatCount } from "../core/units.ts";
import type { Manifest, ShardEntry } from "./manifest.ts";

/** The maximum number of held-out images that the live curve is measured on. */
export const MAX_LIVE_IMAGES = 1000;
/** At most one image in three is held out (20,000 of 60,000, the maximum of the setting). */
const MAX_HELD_OUT_SHARE = 1 / 3;

/** Images with role 0 are not used. */
export const ROLE_TRAINING = 1;
export const ROLE_HELD_OUT = 2;

export interface SplitOptions {
  /** The number of images to use, including the hold-out; 0 means all. */
  readonly trainingImages: number;
  /** How many of these are held out. */
  readonly holdOut: number;
  readonly seed: number;
}

export interface Split {
  /** One role for each image of "train", in stored order: `ROLE_TRAINING`, `ROLE_HELD_OUT` or 0. */
  readonly roles: Uint8Array;
  readonly numTraining: number;
  /** Indices into "train". The first `numLive` are the images of the live curve. Each of the two parts is ascending. */
  readonly heldOut: Uint32Array;
  readonly numLive: number;
  /** How and why the split differs from what was asked for: one sentence each. */
  readonly notes: readonly string[];
}

/** Returns the split of a set. The same manifest, options and seed always give the same split. */
export function createSplit(manifest: Manifest, options: SplitOptions): Split {
  const { numImages, shards } = manifest.splits.train;
  const notes: string[] = [];
  const numTaken =
    options.trainingImages === 0 ? numImages : Math.min(options.trainingImages, numImages);
  if (options.trainingImages > numImages) {
    notes.push(
      `${manifest.title} has ${formatCount(numImages)} training images: all of them are used instead of ${formatCount(options.trainingImages)}.`,
    );
  }
  const numHeldOut = Math.min(options.holdOut, Math.floor(numTaken * MAX_HELD_OUT_SHARE));
  if (numHeldOut < options.holdOut) {
    notes.push(
      `At most a third of the ${formatCount(numTaken)} training images is held out: ${formatCount(numHeldOut)} instead of ${formatCount(options.holdOut)}.`,
    );
  }

  const firstImages = firstImageOfEach(shards);
  const taken = chooseTaken(
    shards,
    firstImages,
    numImages,
    numTaken,
    randomStream(options.seed, "data.taken"),
  );
  const candidates = holdOutCandidates(taken, firstImages, numHeldOut);
  const drawn = chooseSome(candidates, numHeldOut, randomStream(options.seed, "data.holdOut"));
  // The hold-out was drawn in random order, so its first images are a random sample of it.
  const numLive = Math.min(numHeldOut, MAX_LIVE_IMAGES);
  drawn.subarray(0, numLive).sort();
  drawn.subarray(numLive).sort();

  const roles = new Uint8Array(numImages);
  for (const index of taken) roles[index] = ROLE_TRAINING;
  for (const index of drawn) roles[index] = ROLE_HELD_OUT;
  return { roles, numTraining: numTaken - numHeldOut, heldOut: drawn, numLive, notes };
}

export interface EpochOptions {
  readonly numTraining: number;
  readonly batchSize: number;
  /** Whether the last, smaller batch is dropped or kept. */
  readonly remainder: "drop" | "keep";
}

/** The number of batches in an epoch; 0 when not one batch can be filled. */
export function stepsPerEpoch({ numTraining, batchSize, remainder }: EpochOptions): number {
  const steps = numTraining / batchSize;
  return remainder === "drop" ? Math.floor(steps) : Math.ceil(steps);
}

/** Returns the shards of "train" with at least one image in `role`, in reading order. */
export function shardsInRole(manifest: Manifest, split: Split, role: number): number[] {
  const { shards } = manifest.splits.train;
  const firstImages = firstImageOfEach(shards);
  return shards
    .map((_, shardIndex) => shardIndex)
    .filter((shardIndex) =>
      split.roles.subarray(firstImages[shardIndex], firstImages[shardIndex + 1]).includes(role),
    );
}

/** `[numShards + 1]`: index of each shard's first image, and the total number at the end. */
export function firstImageOfEach(shards: readonly ShardEntry[]): number[] {
  const firstImages = [0];
  let numImages = 0;
  for (const shard of shards) {
    numImages += shard.numImages;
    firstImages.push(numImages);
  }
  return firstImages;
}

/** Returns ascending indices of `numTaken` images from as few shards as hold them. */
function chooseTaken(
  shards: readonly ShardEntry[],
  firstImages: readonly number[],
  numImages: number,
  numTaken: number,
  random: RandomStream,
): Uint32Array {
  if (numTaken === numImages) return range(0, numImages);
  const order = shuffleInPlace([...shards.keys()], random);
  const candidates: number[] = [];
  for (const shardIndex of order) {
    if (candidates.length >= numTaken) break;
    append(candidates, range(firstImages[shardIndex] ?? 0, firstImages[shardIndex + 1] ?? 0));
  }
  return chooseSome(Uint32Array.from(candidates), numTaken, random).sort();
}

/** Returns the indices of `taken` in its last shards: enough shards for the hold-out, and one more. */
function holdOutCandidates(
  taken: Uint32Array,
  firstImages: readonly number[],
  numHeldOut: number,
): Uint32Array {
  let first = taken.length;
  let enough = numHeldOut === 0;
  for (const firstImage of firstImages.slice(0, -1).reverse()) {
    const before = first;
    while (first > 0 && (taken[first - 1] ?? 0) >= firstImage) first -= 1;
    // A shard without images of this run is neither needed nor "one more".
    if (enough && first < before) break;
    enough ||= taken.length - first >= numHeldOut;
  }
  return taken.subarray(first);
}

/** Chooses `count` of the items uniformly at random, in random order. Returns a copy. */
function chooseSome(items: Uint32Array, count: number, random: RandomStream): Uint32Array {
  return shuffleInPlace(items.slice(), random).subarray(0, count);
}

function range(first: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - first }, (_, offset) => first + offset);
}
