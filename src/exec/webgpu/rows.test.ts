import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../core/shape.ts";
import { rowChunks } from "./rows.ts";

const side = fc.integer({ min: 1, max: 60 });
const shapes = fc.oneof(
  fc.tuple(side, side, side, fc.integer({ min: 1, max: 2048 })),
  fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2048 })),
);

describe("chunks of rows", () => {
  test("hold every row once, in whole lines, and none is empty", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const rows = sizeOf(shape.slice(0, -1));
        const rowsOfLine = shape.length === 4 ? shape[2] : 1;
        const { perChunk, linesOfChunk, chunks } = rowChunks(shape);
        expect(perChunk).toBe(linesOfChunk * rowsOfLine);
        expect(chunks * perChunk).toBeGreaterThanOrEqual(rows);
        expect((chunks - 1) * perChunk).toBeLessThan(rows);
        expect(chunks).toBeLessThanOrEqual(256);
      }),
    );
  });

  test("are several where a map has rows for several threads", () => {
    expect(rowChunks([64, 47, 47, 128]).chunks).toBe(251);
    expect(rowChunks([64, 6, 6, 728]).chunks).toBe(35);
    expect(rowChunks([2, 3, 3, 8]).chunks).toBe(1);
  });
});
