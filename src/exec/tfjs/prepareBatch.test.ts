import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { MAP_NUMBERS } from "../affineMap.ts";
import { prepareBatch } from "./prepareBatch.ts";

const GOLDENS = new URL("../../../goldens/preprocessing/", import.meta.url);
const bytes = (name: string) => readFileSync(new URL(name, GOLDENS));

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Seven images of Fashion-MNIST and a flat one, whose deviation is zero. */
function goldenBatch(): PixelBatch {
  return {
    kind: "pixels",
    pixels: new Uint8Array(bytes("images.u8")),
    labels: new Uint8Array(8),
    height: 28,
    width: 28,
    channels: 1,
    numImages: 8,
  };
}

describe("preparing pixels", () => {
  test.each([28, 48, 94])("gives TensorFlow's numbers at %i pixels", (size) => {
    const file = bytes(`resized-${size}.f32`);
    const expected = Array.from({ length: file.length / 4 }, (_, index) =>
      file.readFloatLE(4 * index),
    );
    const values = prepareBatch(goldenBatch(), [size, size, 1], undefined).dataSync();
    expect(values).toHaveLength(expected.length);
    const deviation = expected.reduce(
      (worst, value, index) => Math.max(worst, Math.abs(value - (values[index] ?? Number.NaN))),
      0,
    );
    expect(deviation).toBeLessThan(1e-5);
  });

  test("takes the grey image once for each channel of the network", () => {
    const values = prepareBatch(goldenBatch(), [28, 28, 3], undefined).slice(
      [0, 14, 0, 0],
      [1, 1, 28, 3],
    );
    const [grey, second, third] = tf.unstack(values, 3).map((channel) => [...channel.dataSync()]);
    expect(second).toEqual(grey);
    expect(third).toEqual(grey);
  });

  test("refuses a batch that holds another number of pixels than it says", () => {
    expect(() =>
      prepareBatch({ ...goldenBatch(), numImages: 9 }, [28, 28, 1], undefined),
    ).toThrowError(expect.objectContaining({ code: "network.shape-mismatch" }));
  });

  test("refuses an augmented batch without a map for every image", () => {
    const batch = { ...goldenBatch(), maps: new Float32Array(7 * MAP_NUMBERS) };
    expect(() => prepareBatch(batch, [28, 28, 1], undefined)).toThrowError(
      expect.objectContaining({ code: "network.shape-mismatch" }),
    );
  });
});
