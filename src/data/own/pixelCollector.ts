/**
 * Gathers the numbers of images in the smallest form that loses none of them: bytes while all are whole numbers from 0 to
 * 255, 32-bit floats from the first that is not. Then brings them to the scale of pixels, 0 to 255, which every
 * preparation starts from; nothing is rounded on the way.
 */
import { formatCount } from "../../core/units.ts";
import type { Pixels } from "../imageBatch.ts";
import { requireMemory, wrongFile } from "./ownFile.ts";

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** `value * factor + offset` is on the scale of pixels. */
export interface PixelScale {
  readonly factor: number;
  readonly offset: number;
  /** The values that it was made for. */
  readonly range: Range;
  readonly kind: "bytes" | "unit" | "other";
}

export interface PixelCollector {
  /** @throws PlaygroundError `file.invalid` for a number that is not finite, `file.too-large` */
  put(place: number, value: number): void;
  readonly range: Range;
  /** On the scale of pixels. The collector is used up. */
  scaled(scale: PixelScale): Pixels;
}

/** Above it, floats are not taken for bytes divided by 255. Float32 keeps those to 1.5e-5. */
const BYTE_TOLERANCE = 1e-3;

/** @param imageSize numbers of one image, to name the image at fault */
export function createPixelCollector(
  path: string,
  numValues: number,
  imageSize: number,
): PixelCollector {
  requireMemory(path, numValues);
  let pixels: Pixels = new Uint8Array(numValues);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;

  return {
    put(place, value) {
      if (!Number.isFinite(value)) {
        throw wrongFile(path, {
          rule: `image ${formatCount(Math.floor(place / imageSize))} (from 0) holds a value that is no finite number`,
          expected: "finite numbers",
          got: String(value),
          remedy: "Look at that image, mend or remove it, and save the array again.",
        });
      }
      if (value < min) min = value;
      if (value > max) max = value;
      if (pixels instanceof Uint8Array && !isByte(value)) {
        requireMemory(path, 4 * numValues);
        pixels = Float32Array.from(pixels);
      }
      pixels[place] = value;
    },
    get range() {
      return { min, max };
    },
    scaled({ factor, offset }) {
      if (factor === 1 && offset === 0) return pixels;
      if (pixels instanceof Uint8Array)
        return pixels.every((value) => isByte(value * factor + offset))
          ? pixels.map((value) => value * factor + offset)
          : Float32Array.from(pixels, (value) => value * factor + offset);
      for (let place = 0; place < pixels.length; place += 1)
        pixels[place] = (pixels[place] ?? 0) * factor + offset;
      return pixels.every(isNearByte) ? Uint8Array.from(pixels, Math.round) : pixels;
    },
  };
}

/**
 * The scale of values in a range: 0 to 1 is brought to 0 to 255, whatever stays within 0 to 255 is taken as it is, and
 * any other range is laid onto 0 to 255 from its least to its greatest value.
 */
export function pixelScaleOf(range: Range): PixelScale {
  const { min, max } = range;
  if (min >= 0 && max <= 1) return { factor: 255, offset: 0, range, kind: "unit" };
  if (min >= 0 && max <= 255) return { factor: 1, offset: 0, range, kind: "bytes" };
  const factor = 255 / (max - min || 1);
  return { factor, offset: -min * factor, range, kind: "other" };
}

function isByte(value: number): boolean {
  return value >= 0 && value <= 255 && Number.isInteger(value);
}

function isNearByte(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= BYTE_TOLERANCE && value > -0.5 && value < 255.5;
}
