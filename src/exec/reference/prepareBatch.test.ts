import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PixelBatch } from "../executor.ts";
import { prepareBatch } from "./prepareBatch.ts";

const GOLDENS = new URL("../../../goldens/preprocessing/", import.meta.url);
const bytes = (name: string) => readFileSync(new URL(name, GOLDENS));

/** Seven images of Fashion-MNIST and a flat one, whose deviation is zero. */
const golden: PixelBatch = {
  kind: "pixels",
  pixels: new Uint8Array(bytes("images.u8")),
  labels: new Uint8Array(8),
  height: 28,
  width: 28,
  numImages: 8,
};

describe("preparing pixels", () => {
  test.each([28, 48, 94])("gives TensorFlow's numbers at %i pixels", (size) => {
    const file = bytes(`resized-${size}.f32`);
    const values = new Float64Array(8 * size * size);
    prepareBatch(golden, [size, size, 1], values);
    expect(file.length).toBe(4 * values.length);
    const deviations = values.map((value, at) => Math.abs(value - file.readFloatLE(4 * at)));
    expect(Math.max(...deviations)).toBeLessThan(1e-5);
  });

  test("takes the grey image once for each channel of the network", () => {
    const [grey, colour] = [new Float64Array(8 * 13 * 9), new Float64Array(8 * 13 * 9 * 3)];
    prepareBatch(golden, [13, 9, 1], grey);
    prepareBatch(golden, [13, 9, 3], colour);
    expect([...colour]).toEqual([...grey].flatMap((value) => [value, value, value]));
  });
});
