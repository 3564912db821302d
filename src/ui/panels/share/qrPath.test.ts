import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { qrPath } from "./qrPath.ts";

/** Draws the path as grey pixels, `scale` for each module. */
function pixelsOf({ size, path }: { readonly size: number; readonly path: string }, scale: number) {
  const width = size * scale;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1)
      for (let column = Number(x) * scale; column < (Number(x) + Number(run)) * scale; column += 1)
        data.fill(0, 4 * (row * width + column), 4 * (row * width + column) + 3);
  }
  return { width, height: width, data };
}

test.each([1, 120, 600])(
  "the code of a link of %i more characters reads back as the link",
  (more) => {
    const link = `https://example.org/?v2=notebook&by=${"é".repeat(4)}${"x".repeat(more)}`;
    const code = qrPath(link);
    expect(code).not.toBeNull();
    if (code !== null) expect(decodeQR(pixelsOf(code, 4))).toBe(link);
  },
);

test("a text that no code holds gives none", () => {
  expect(qrPath("x".repeat(3000))).toBeNull();
  expect(qrPath("x".repeat(2331))).not.toBeNull();
});
