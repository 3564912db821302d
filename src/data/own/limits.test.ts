/**
 * Tests the limits for a person's own data, each at the limit and one above. Those of classes are in `folderClasses.test.ts`.
 */
import { expect, test } from "vitest";
import type { OwnFile } from "../../core/ownFile.ts";
import type { DecodeImage } from "./decodeImage.ts";
import { openImageFolders } from "./imageFolders.ts";
import { countClasses, labelsOf } from "./labels.ts";
import { requireMemory } from "./ownFile.ts";

const PICTURE = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0)]);
const decode: DecodeImage = async (_blob, _path, size) => ({
  height: 1,
  width: 1,
  pixels: new Uint8Array(size * size * 3),
});
const open = (files: readonly OwnFile[], checkAll: boolean) =>
  openImageFolders(files, {
    seed: 1,
    inputSize: 28,
    ownValidationShare: 20,
    ownTestShare: 0,
    decode,
    checkAll,
  });
const pictures = (count: number, numClasses: number): OwnFile[] =>
  Array.from({ length: count }, (_, at) => ({
    path: `class ${at % numClasses}/${at}.jpg`,
    file: PICTURE,
  }));

test("200,000 pictures in 256 classes are taken, and one more is too many", async () => {
  const { classes, train, test: held } = await open(pictures(200_000, 256), false);
  expect([classes.length, train.labels.length + held.labels.length]).toEqual([256, 200_000]);
  await expect(open(pictures(200_001, 256), false)).rejects.toThrow(
    "these are too many pictures; expected 200,000 or fewer, got 200,001.",
  );
}, 60_000);

test("a picture of 64 MB is taken, and one of a byte more left out", async () => {
  const sized = (sizeBytes: number): OwnFile => ({
    path: "class 0/large.jpg",
    file: new Blob([PICTURE, new Uint8Array(sizeBytes - PICTURE.size)]),
  });
  expect((await open([...pictures(8, 2), sized(64e6)], true)).leftOut).toEqual([]);
  expect((await open([...pictures(8, 2), sized(64e6 + 1)], true)).notes).toContain(
    "1 file is left out: class 0/large.jpg (larger than 64 MB).",
  );
}, 60_000);

test("numbers of 1 GB are kept in memory, and not of a byte more", () => {
  expect(() => requireMemory("X_train.npy", 2 ** 30)).not.toThrow();
  expect(() => requireMemory("X_train.npy", 2 ** 30 + 1)).toThrow(
    expect.objectContaining({
      code: "file.too-large",
      message: expect.stringContaining("1,073,741,824 bytes or fewer, got 1,073,741,825"),
    }),
  );
});

test("a million labels of 256 classes are taken, and no label of 256", () => {
  const values = Float64Array.from({ length: 1_000_000 }, (_, image) => image % 256);
  expect(countClasses("y.npy", labelsOf("y.npy", values, [values.length]))).toBe(256);
  values[999_999] = 256;
  expect(() => labelsOf("y.npy", values, [values.length])).toThrow(
    "label 999,999 (from 0) names no class; expected a whole number from 0 to 255, got 256",
  );
});
