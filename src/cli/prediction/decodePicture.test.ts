/** Compares with what Pillow decoded (`data/own/fixtures/make.py`). `e2e/pictureKinds.spec.ts` does the same in a browser. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { greatestOf } from "../../core/numbers.ts";
import { decodePicture } from "./decodePicture.ts";

interface Expected {
  readonly width: number;
  readonly height: number;
  /** In base64, `[height, width, 3]`. */
  readonly pixels: string;
}

const FOLDER = join(import.meta.dirname, "../../data/own/fixtures");
const read = (name: string) => new Uint8Array(readFileSync(join(FOLDER, name)));
const EXPECTED = new Map<string, Expected | null>(
  Object.entries(JSON.parse(readFileSync(join(FOLDER, "pictures.json"), "utf8"))),
);

function differenceIn(name: string, { width, height, pixels }: Expected): number {
  const ours = decodePicture(read(name), height, width);
  const theirs = Buffer.from(pixels, "base64");
  return greatestOf(Array.from(ours, (value, at) => Math.abs(value - (theirs[at] ?? Number.NaN))));
}

test("PNG and JPEG of every kind are decoded as Pillow does it, JPEG to two steps of 255", () => {
  const names = [...EXPECTED.keys()].filter((name) => /[.](png|jpg)$/.test(name));
  const decoded = names.filter((name) => EXPECTED.get(name) !== null);
  expect(decoded.length).toBeGreaterThan(20);
  for (const name of decoded) {
    const expected = EXPECTED.get(name);
    if (expected)
      expect(differenceIn(name, expected), name).toBeLessThanOrEqual(name.endsWith("png") ? 0 : 2);
  }
});

test.each([
  ["truncated.jpg", "it cannot be decoded"],
  ["withoutEnd.jpg", "it cannot be decoded"],
  ["truncated.png", "it cannot be decoded"],
  ["header.png", "it cannot be decoded"],
  ["empty.png", "empty"],
  ["text.jpg", "plain text, not a PNG or JPEG"],
  ["large.png", "more than 4,096 pixels a side"],
  ["rgb.bmp", "BMP, not a PNG or JPEG"],
  ["animated.gif", "GIF, not a PNG or JPEG"],
  ["lossy.webp", "WebP, not a PNG or JPEG"],
  ["lossy.avif", "AVIF, not a PNG or JPEG"],
])("%s is refused: %s", (name, reason) => {
  expect(() => decodePicture(read(name), 8, 8)).toThrow(reason);
});

test("a JPEG of 12 bits is refused and not decoded wrongly", () => {
  const bytes = read("rgb.jpg");
  const frame = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0);
  bytes[frame + 4] = 12;
  expect(() => decodePicture(bytes, 8, 8)).toThrow("a JPEG of 12 bits a value");
});
