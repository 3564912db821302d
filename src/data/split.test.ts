import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastOf } from "../core/numbers.ts";
import { FORMAT_VERSION, type Manifest, type PartEntry } from "./manifest.ts";
import {
  createSplit,
  MAX_LIVE_IMAGES,
  ROLE_HELD_OUT,
  ROLE_TRAINING,
  type Split,
  shardsInRole,
  stepsPerEpoch,
} from "./split.ts";

function part(counts: readonly number[]): PartEntry {
  return {
    numImages: counts.reduce((sum, count) => sum + count, 0),
    shards: counts.map((numImages, index) => ({
      file: `train-${index}.shard`,
      numImages,
      sizeBytes: 1,
      sha256: "0".repeat(64),
    })),
  };
}

function manifestOf(counts: readonly number[]): Manifest {
  const splits = { train: part(counts), test: part([10]) };
  const size = { height: 28, width: 28 };
  return {
    formatVersion: FORMAT_VERSION,
    id: "starter",
    title: "The set",
    classes: ["a", "b"],
    ...size,
    splits,
  };
}

const full = manifestOf(new Array<number>(24).fill(2500));
const starter = manifestOf([2500, 2500]);
const indicesIn = (split: Split, role: number): number[] =>
  [...split.roles.keys()].filter((index) => split.roles[index] === role);

describe("the split", () => {
  it("of the full set holds 5,000 out and trains on the other 55,000", () => {
    const split = createSplit(full, { trainingImages: 0, holdOut: 5000, seed: 1 });
    expect(split).toMatchObject({ numTraining: 55_000, numLive: MAX_LIVE_IMAGES, notes: [] });
    expect(split.heldOut).toHaveLength(5000);
    expect(indicesIn(split, ROLE_TRAINING)).toHaveLength(55_000);
  });

  it("takes the hold-out from the last three shards, so that four shards still fill the buffer", () => {
    const split = createSplit(full, { trainingImages: 0, holdOut: 5000, seed: 1 });
    expect(shardsInRole(full, split, ROLE_HELD_OUT)).toEqual([21, 22, 23]);
    expect(leastOf(split.heldOut)).toBeGreaterThanOrEqual(52_500);
    // Each of these shards is held out partly, instead of two whole shards.
    for (const shardIndex of [21, 22, 23]) {
      const inShard = split.heldOut.filter((index) => Math.floor(index / 2500) === shardIndex);
      expect(inShard.length).toBeGreaterThan(1500);
      expect(inShard.length).toBeLessThan(1834);
    }
  });

  it("without a hold-out trains on all 60,000", () => {
    const split = createSplit(full, { trainingImages: 0, holdOut: 0, seed: 1 });
    expect(split.numTraining).toBe(60_000);
    expect(split.heldOut).toHaveLength(0);
    expect(split.numLive).toBe(0);
    expect(split.roles.every((role) => role === ROLE_TRAINING)).toBe(true);
  });

  it("takes few training images from one shard, which the seed chooses", () => {
    const shardsOf = (seed: number): number[] => {
      const split = createSplit(full, { trainingImages: 500, holdOut: 100, seed });
      expect(split.numTraining).toBe(400);
      expect(shardsInRole(full, split, ROLE_HELD_OUT)).toEqual(
        shardsInRole(full, split, ROLE_TRAINING),
      );
      return shardsInRole(full, split, ROLE_TRAINING);
    };
    const chosen = Array.from({ length: 20 }, (_, seed) => shardsOf(seed));
    expect(chosen.every((shards) => shards.length === 1)).toBe(true);
    expect(new Set(chosen.flat()).size).toBeGreaterThan(5);
  });

  it("of the starter set holds out a third at most, and says so", () => {
    const split = createSplit(starter, { trainingImages: 0, holdOut: 5000, seed: 1 });
    expect(split.heldOut).toHaveLength(1666);
    expect(split.numTraining).toBe(3334);
    expect(split.notes).toEqual([
      "At most a third of the 5,000 training images is held out: 1,666 instead of 5,000.",
    ]);
  });

  it("says when more training images are asked for than there are", () => {
    const split = createSplit(starter, { trainingImages: 20_000, holdOut: 0, seed: 1 });
    expect(split.numTraining).toBe(5000);
    expect(split.notes).toEqual([
      "The set has 5,000 training images: all of them are used instead of 20,000.",
    ]);
  });

  it("differs from seed to seed and is the same for the same one", () => {
    const heldOut = (seed: number): Uint32Array =>
      createSplit(full, { trainingImages: 0, holdOut: 5000, seed }).heldOut;
    expect(heldOut(1)).toEqual(heldOut(1));
    expect(heldOut(1)).not.toEqual(heldOut(2));
  });

  it("is complete and disjoint for any counts", () => {
    const cases = fc.record({
      counts: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
      trainingImages: fc.integer({ min: 0, max: 500 }),
      holdOut: fc.integer({ min: 0, max: 500 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ counts, ...options }) => {
        const manifest = manifestOf(counts);
        const { numImages } = manifest.splits.train;
        const split = createSplit(manifest, options);
        const taken = Math.min(options.trainingImages || numImages, numImages);
        expect(split.roles).toHaveLength(numImages);
        expect(split.numTraining + split.heldOut.length).toBe(taken);
        expect(split.heldOut.length).toBe(Math.min(options.holdOut, Math.floor(taken / 3)));
        expect(indicesIn(split, ROLE_TRAINING)).toHaveLength(split.numTraining);
        expect([...split.heldOut].sort((a, b) => a - b)).toEqual(indicesIn(split, ROLE_HELD_OUT));
      }),
    );
  });

  it("gives the live curve a sample of all held-out images, not the first ones", () => {
    const split = createSplit(full, { trainingImages: 0, holdOut: 5000, seed: 3 });
    const live = split.heldOut.subarray(0, split.numLive);
    const mean = live.reduce((sum, index) => sum + index, 0) / live.length;
    // The middle of [52,500, 60,000), within four standard errors of the mean of 1,000 uniform draws.
    expect(Math.abs(mean - 56_250)).toBeLessThan(4 * (7500 / Math.sqrt(12 * 1000)));
    expect([...live]).toEqual([...live].sort((a, b) => a - b));
  });
});

describe("the steps of an epoch", () => {
  it.each([
    [55_000, 64, "drop", 859],
    [55_000, 64, "keep", 860],
    [60_000, 64, "drop", 937],
    [64, 64, "keep", 1],
    [1, 64, "keep", 1],
  ] as const)(
    "of %i images in batches of %i that %s the remainder are %i",
    (numTraining, batchSize, remainder, steps) => {
      expect(stepsPerEpoch({ numTraining, batchSize, remainder })).toBe(steps);
    },
  );

  it("are none where there is no whole batch", () => {
    expect(stepsPerEpoch({ numTraining: 63, batchSize: 64, remainder: "drop" })).toBe(0);
    expect(stepsPerEpoch({ numTraining: 0, batchSize: 1, remainder: "keep" })).toBe(0);
  });
});
