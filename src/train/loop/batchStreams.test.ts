import { describe, expect, test } from "vitest";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { type BatchAt, endlessPasses, firstImages } from "./batchStreams.ts";

const batchOf = (...labels: number[]): PixelBatch => ({
  kind: "pixels",
  pixels: Uint8Array.from(labels),
  labels: Uint8Array.from(labels),
  height: 1,
  width: 1,
  channels: 1,
  numImages: labels.length,
});

async function* stream(...batches: PixelBatch[]): AsyncGenerator<PixelBatch> {
  yield* batches;
}

async function labelsOf(batches: AsyncIterable<PixelBatch>, most = 9): Promise<number[][]> {
  const labels: number[][] = [];
  for await (const batch of batches) {
    labels.push([...batch.labels]);
    if (labels.length === most) break;
  }
  return labels;
}

async function* batchesOf(places: AsyncIterable<BatchAt>): AsyncGenerator<PixelBatch> {
  for await (const { batch } of places) yield batch;
}

describe("passes without an end", () => {
  test("go on in a later pass, also at its very end, and say where they are", async () => {
    for (const [rest, batch] of [[[batchOf(7)], 3] as const, [[], 4] as const]) {
      const passes = endlessPasses(stream(...rest), (pass) => stream(batchOf(pass)), {
        pass: 2,
        batch,
      });
      const places = [];
      for await (const { next } of passes) {
        places.push(next);
        if (next.pass === 4) break;
      }
      expect(places).toEqual([
        ...rest.map(() => ({ pass: 2, batch: 4 })),
        { pass: 3, batch: 1 },
        { pass: 4, batch: 1 },
      ]);
    }
  });

  test("follow one another", async () => {
    const passes = batchesOf(
      endlessPasses(stream(batchOf(0), batchOf(1)), (pass) => stream(batchOf(pass, 9))),
    );
    expect(await labelsOf(passes, 4)).toEqual([[0], [1], [1, 9], [2, 9]]);
  });

  test("refuse one that holds nothing, for it would never end", async () => {
    const passes = batchesOf(endlessPasses(stream(batchOf(0)), () => stream()));
    await expect(labelsOf(passes)).rejects.toThrowError(RangeError);
  });

  test("close the pass they leave", async () => {
    let closed = false;
    async function* first(): AsyncGenerator<PixelBatch> {
      try {
        yield batchOf(0);
        yield batchOf(1);
      } finally {
        closed = true;
      }
    }
    await labelsOf(batchesOf(endlessPasses(first(), () => stream())), 1);
    expect(closed).toBe(true);
  });
});

describe("the first images of a stream", () => {
  test("end within a batch where they must", async () => {
    const images = firstImages(stream(batchOf(0, 1), batchOf(2, 3), batchOf(4)), 3);
    expect(await labelsOf(images)).toEqual([[0, 1], [2]]);
  });

  test("are all there are where more are asked for, and none where none are", async () => {
    expect(await labelsOf(firstImages(stream(batchOf(0, 1)), 9))).toEqual([[0, 1]]);
    expect(await labelsOf(firstImages(stream(batchOf(0, 1)), 0))).toEqual([]);
  });
});
