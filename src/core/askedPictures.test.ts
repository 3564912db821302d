import { expect, test } from "vitest";
import { createAsked, type PictureOrder } from "./askedPictures.ts";
import { serializeError } from "./errors.ts";
import type { PixelBatch } from "./pixelBatch.ts";

const picture = { blob: new Blob(), name: "one.png", isSwapped: false };
const image: PixelBatch = {
  ...{ kind: "pixels", pixels: new Uint8Array(1), labels: new Uint8Array(1) },
  ...{ height: 1, width: 1, channels: 1, numImages: 1 },
};

function asked() {
  const orders: PictureOrder[] = [];
  const pictures = createAsked((order) => orders.push(order));
  return { ...pictures, idOf: (place: number) => orders[place]?.id ?? -1 };
}

test("each answer goes to the picture that it belongs to, in any order", async () => {
  const { classify, receive, idOf } = asked();
  const [first, second] = [classify(picture), classify(picture)];
  const probabilities = Float32Array.of(0.25, 0.75);
  receive({ type: "classified", id: idOf(1), image, probabilities });
  const error = serializeError(new Error("It is no picture."));
  receive({ type: "unclassified", id: idOf(0), error });
  await expect(first).rejects.toThrow("It is no picture.");
  await expect(second).resolves.toMatchObject({ image, probabilities });
});

test("when the worker fails, everything that waits is rejected", async () => {
  const { classify, failAll } = asked();
  const both = [classify(picture), classify(picture)];
  failAll(new Error("The worker is gone."));
  for (const one of both) await expect(one).rejects.toThrow("The worker is gone.");
});
