import { expect, test } from "vitest";
import { duplicateNotes } from "./duplicates.ts";
import { memoryPart } from "./memoryPart.ts";

function part(...images: readonly (readonly number[])[]) {
  const pixels = Uint8Array.from(images.flat());
  return memoryPart(
    "part",
    { pixels, height: 1, width: 2, channels: 1 },
    new Uint8Array(images.length),
  );
}

test("test images that are training images too are counted, whatever their place", async () => {
  const train = part([1, 2], [3, 4], [5, 6]);
  expect(await duplicateNotes(train, part([5, 6], [0, 0], [1, 2]))).toEqual([
    "2 test images are among the training images too, so the test accuracy will be too high.",
  ]);
  expect(await duplicateNotes(train, part([3, 4]))).toEqual([
    "1 test image is among the training images too, so the test accuracy will be too high.",
  ]);
});

test("images that differ in one value, and a part compared with itself, are none", async () => {
  const train = part([1, 2], [3, 4]);
  expect(await duplicateNotes(train, part([2, 1], [1, 3], [3, 3]))).toEqual([]);
  expect(await duplicateNotes(train, train)).toEqual([]);
});

test("floats are compared by all their bytes", async () => {
  const floats = (...values: readonly number[]) =>
    memoryPart(
      "part",
      { pixels: Float32Array.from(values), height: 1, width: 1, channels: 1 },
      new Uint8Array(values.length),
    );
  const notes = await duplicateNotes(floats(0.1, 0.2), floats(0.2, 0.2000001, 0.3));
  expect(notes[0]).toMatch(/^1 test image is/);
});
