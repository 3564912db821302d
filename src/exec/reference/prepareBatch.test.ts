import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { greatestOf } from "../../core/numbers.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { linearPreparation } from "../../settings/preparation.ts";
import type { Preparation } from "../../settings/settings.ts";
import { affineMap } from "../affineMap.ts";
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
  channels: 1,
  numImages: 8,
};

describe("preparing pixels", () => {
  test.each([28, 48, 94])("gives TensorFlow's numbers at %i pixels", (size) => {
    const file = bytes(`resized-${size}.f32`);
    const values = new Float64Array(8 * size * size);
    prepareBatch(golden, [size, size, 1], undefined, values);
    expect(file.length).toBe(4 * values.length);
    const deviations = values.map((value, at) => Math.abs(value - file.readFloatLE(4 * at)));
    expect(greatestOf(deviations)).toBeLessThan(1e-5);
  });

  test("takes the grey image once for each channel of the network", () => {
    const [grey, colour] = [new Float64Array(8 * 13 * 9), new Float64Array(8 * 13 * 9 * 3)];
    prepareBatch(golden, [13, 9, 1], undefined, grey);
    prepareBatch(golden, [13, 9, 3], undefined, colour);
    expect([...colour]).toEqual([...grey].flatMap((value) => [value, value, value]));
  });

  test("standardises the three channels of an image in colour together", () => {
    const values = prepared(colours, "standardize");
    const [mean, deviation] = moments(values);
    expect(mean).toBeCloseTo(0, 12);
    expect(deviation).toBeCloseTo(1, 12);
    const bytes = [...colours.pixels];
    const scale = moments(bytes)[1];
    expect(values[4]).toBeCloseTo(((bytes[4] as number) - moments(bytes)[0]) / scale, 12);
  });

  test.each([
    ["unit", [0, 0.2, 1]],
    ["symmetric", [-1, -0.6, 1]],
    // Blue, green, red, each minus its mean.
    ["printed", [0.1 - 103.939, -0.06 - 116.779, -0.1 - 123.68]],
  ] as const)(
    "takes red 0, green 51 and blue 255 as its formula says: %s",
    (preparation, expected) => {
      prepared(colours, preparation)
        .slice(0, 3)
        .forEach((value, channel) => {
          expect(value).toBeCloseTo(expected[channel] as number, 12);
        });
    },
  );

  test("prepares a grey pixel for each channel of the network by itself", () => {
    const grey = { ...colours, pixels: Uint8Array.of(255, 0), channels: 1 } as const;
    const [blue, green, red] = prepared(grey, "printed");
    expect(blue).toBeCloseTo(0.1 - 103.939, 12);
    expect(green).toBeCloseTo(0.1 - 116.779, 12);
    expect(red).toBeCloseTo(0.1 - 123.68, 12);
  });

  test("looks through a map at every channel alike", () => {
    const [flipped] = [affineMap({ ...STILL, flipped: true }, 1, 2)];
    const through = { ...colours, maps: Float32Array.from(flipped) };
    expect(prepared(through, "unit")).toEqual([
      ...prepared(colours, "unit").slice(3),
      ...prepared(colours, "unit").slice(0, 3),
    ]);
  });
});

const STILL = { shiftX: 0, shiftY: 0, shear: 0, zoomX: 1, zoomY: 1 };

/** One image of two pixels. */
const colours: PixelBatch = {
  kind: "pixels",
  pixels: Uint8Array.of(0, 51, 255, 10, 20, 30),
  labels: new Uint8Array(1),
  height: 1,
  width: 2,
  channels: 3,
  numImages: 1,
};

function prepared(batch: PixelBatch, preparation: Preparation): number[] {
  const values = new Float64Array(6);
  prepareBatch(batch, [1, 2, 3], linearPreparation(preparation, 3), values);
  return [...values];
}

function moments(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / values.length)];
}
