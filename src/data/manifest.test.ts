import { describe, expect, it } from "vitest";
import { PlaygroundError } from "../core/errors.ts";
import { FORMAT_VERSION, parseManifest } from "./manifest.ts";

const shard = { file: "train-00.shard", numImages: 5, sizeBytes: 99, sha256: "a".repeat(64) };
const valid = {
  formatVersion: FORMAT_VERSION,
  id: "starter",
  title: "A set",
  classes: ["Bag", "Boot"],
  height: 28,
  width: 28,
  splits: {
    train: { numImages: 5, shards: [shard] },
    test: { numImages: 5, shards: [{ ...shard, file: "test-00.shard" }] },
  },
};
const withShard = (change: object): unknown => ({
  ...valid,
  splits: { ...valid.splits, train: { numImages: 5, shards: [{ ...shard, ...change }] } },
});

describe("a manifest", () => {
  it("is read back as it was written", () => {
    expect(parseManifest(JSON.parse(JSON.stringify(valid)), "manifest.json")).toEqual(valid);
  });

  it.each([
    ["of another format version", { ...valid, formatVersion: 2 }, "formatVersion"],
    ["without classes", { ...valid, classes: [] }, "classes"],
    ["without shards", { ...valid, splits: { ...valid.splits, test: undefined } }, "splits.test"],
    ["with images of no height", { ...valid, height: 0 }, "height"],
    ["whose sums do not agree", withShard({ numImages: 4 }), "splits.train"],
    ["with a short checksum", withShard({ sha256: "abc" }), "splits.train.shards.0.sha256"],
    ["with a file elsewhere", withShard({ file: "../x.shard" }), "splits.train.shards.0.file"],
    [
      "with a file that servers unpack",
      withShard({ file: "train.gz" }),
      "splits.train.shards.0.file",
    ],
    ["that is a list", [], "formatVersion"],
    ["that is null", null, "the whole"],
  ])("%s is refused with the name of the entry", (_, value, path) => {
    const parse = (): unknown => parseManifest(value, "set/manifest.json");
    expect(parse).toThrow(PlaygroundError);
    expect(parse).toThrow(
      expect.objectContaining({
        code: "data.manifest-invalid",
        message: expect.stringContaining(`set/manifest.json: the manifest's "${path}"`),
      }),
    );
  });

  it("says in words what was expected and what it says instead", () => {
    expect(() => parseManifest(withShard({ sha256: "abc" }), "manifest.json")).toThrow(
      'expected 64 hexadecimal digits, got "abc". Build the data set again',
    );
    expect(() => parseManifest(withShard({ numImages: 4 }), "manifest.json")).toThrow(
      "expected numImages 4, the sum over its shards, got 5.",
    );
    expect(() => parseManifest({ ...valid, formatVersion: 2 }, "manifest.json")).toThrow(
      "expected 1, got 2.",
    );
  });
});
