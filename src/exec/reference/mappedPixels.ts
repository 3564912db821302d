import type { PixelBatch } from "../../core/pixelBatch.ts";
import { MAP_NUMBERS } from "../affineMap.ts";

/**
 * Returns one image of the batch as training sees it, `[height, width, channels]`: with its affine map applied if it has one,
 * the same for every channel.
 */
export function mappedPixels(batch: PixelBatch, image: number): Float64Array {
  const { pixels, height, width, channels, maps } = batch;
  const size = height * width * channels;
  const stored = pixels.subarray(image * size, (image + 1) * size);
  if (maps === undefined) return Float64Array.from(stored);
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0] = maps.subarray(image * MAP_NUMBERS);
  return Float64Array.from(stored, (_, at) => {
    const pixel = Math.floor(at / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return sample(batch, stored, at % channels, a * x + b * y + c, d * x + e * y + f);
  });
}

/** Interpolates bilinearly between the four pixels around a position. Beyond the border it takes the nearest border pixel. */
function sample(
  { height, width, channels }: PixelBatch,
  stored: PixelBatch["pixels"],
  channel: number,
  x: number,
  y: number,
): number {
  const [column, row] = [clamp(x, width - 1), clamp(y, height - 1)];
  const [left, above] = [Math.floor(column), Math.floor(row)];
  const [right, below] = [Math.ceil(column), Math.ceil(row)];
  const at = (atRow: number, atColumn: number) =>
    stored[(atRow * width + atColumn) * channels + channel] as number;
  return blend(
    blend(at(above, left), at(above, right), column - left),
    blend(at(below, left), at(below, right), column - left),
    row - above,
  );
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

function blend(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
