import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileFormatOf, HEAD_BYTES } from "./fileFormat.ts";
import { pictureSize } from "./pictureSize.ts";

const FOLDER = join(import.meta.dirname, "../data/own/fixtures");
const sizeIn = (bytes: Uint8Array) =>
  pictureSize(bytes, fileFormatOf(bytes.subarray(0, HEAD_BYTES)));
const read = (name: string) => new Uint8Array(readFileSync(join(FOLDER, name)));

test("the sides of a picture of each format come from its header", () => {
  const names = readdirSync(FOLDER).filter((name) => /[.](jpg|png|gif|bmp|webp|avif)$/.test(name));
  const sizes = new Map(names.map((name) => [name, sizeIn(read(name))] as const));
  expect(sizes.get("large.png")).toEqual({ width: 4097, height: 4 });
  expect([sizes.get("empty.png"), sizes.get("text.jpg")]).toEqual([undefined, undefined]);
  for (const name of ["large.png", "empty.png", "text.jpg"]) sizes.delete(name);
  expect(sizes.size).toBeGreaterThan(30);
  for (const [name, size] of sizes) expect(size, name).toMatchObject({ width: 12, height: 8 });
});

test("a header that is cut anywhere gives no sides, or those of the whole one", () => {
  for (const name of [
    "rgb.jpg",
    "rgb.png",
    "rgb.bmp",
    "lossy.webp",
    "lossless.webp",
    "lossy.avif",
  ]) {
    const bytes = read(name);
    for (let length = 0; length < bytes.length; length += 1) {
      const size = sizeIn(bytes.subarray(0, length));
      if (size !== undefined) expect(size, `${name}, ${length}`).toEqual(sizeIn(bytes));
    }
  }
});
