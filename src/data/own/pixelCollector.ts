/**
 * Collects the values of images in the smallest type that keeps them exact: bytes while all are whole numbers from 0 to 255,
 * 32-bit floats from the first value that is not. Then it scales them to 0 to 255, the input of every preparation. Nothing is
 * rounded.
 */
import type { Pixels } from "../../core/pixelBatch.ts";
import { formatCount } from "../../core/units.ts";
import { requireMemory, wrongFile } from "./ownFile.ts";

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** `value * factor + offset` is in the range 0 to 255. */
export interface PixelScale {
  readonly factor: number;
  readonly offset: number;
  /** The range of values that the scale was made for. */
  readonly range: Range;
  readonly kind: "bytes" | "unit" | "other";
}

export interface PixelCollector {
  /** @throws PlaygroundError `file.invalid` for a number that is not finite, `file.too-large` */
  put(place: number, value: number): void;
  readonly range: Range;
  /** Returns the values scaled to 0 to 255. The collector cannot be used afterwards. */
  scaled(scale: PixelScale): Pixels;
}

/** Floats that differ from `byte / 255` by more than this are not taken as scaled bytes. Float32 is exact to 1.5e-5. */
const BYTE_TOLERANCE = 1e-3;

/** @param imageSize the number of values in one image, to name the image in an error */
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
 * Returns the scale for a range of values. 0 to 1 becomes 0 to 255. A range within 0 to 255 stays as it is. Any other range is
 * stretched from its minimum and maximum to 0 and 255.
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

/** Says in a sentence how the values were scaled; none when they already were from 0 to 255. */
export function scaleNotes({ kind, range }: PixelScale): string[] {
  if (kind === "bytes") return [];
  if (kind === "unit") return ["Values from 0 to 1 count as shares of 255, unrounded."];
  return [
    `Values from ${rangeText(range)} are laid onto 0 to 255, unrounded: choose the preparation that standardises each image, or one whose range suits.`,
  ];
}

export function rangeText({ min, max }: Range): string {
  return `${numberText(min)} to ${numberText(max)}`;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? formatSigned(value) : String(Number(value.toPrecision(4)));
}

function formatSigned(value: number): string {
  return value < 0 ? `-${formatCount(-value)}` : formatCount(value);
}
