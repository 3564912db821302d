import { expect, test } from "vitest";
import { toGrey } from "./greyImages.ts";

const images = (pixels: Uint8Array | Float32Array) => ({
  kind: "pixels" as const,
  pixels,
  height: 1,
  width: pixels.length / 3,
  channels: 3 as const,
  labels: Uint8Array.of(0),
  numImages: 1,
});

test("bytes become grey as Pillow's convert does it, floats without rounding", () => {
  // (19595 R + 38470 G + 7471 B + 32768) >> 16 of red, green, blue, white and a mixture.
  const colours = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 200, 77);
  const grey = toGrey(images(colours));
  expect([grey.channels, ...grey.pixels]).toEqual([1, 76, 150, 29, 255, 129]);
  const [value] = toGrey(images(Float32Array.of(0.5, 1.5, 2.5))).pixels;
  expect(value).toBeCloseTo(0.299 * 0.5 + 0.587 * 1.5 + 0.114 * 2.5, 4);
});
