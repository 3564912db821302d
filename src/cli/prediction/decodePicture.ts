/**
 * Decodes PNG and JPEG in Node, where there is no browser to do it. As in the page, a picture is turned as its EXIF orientation
 * says, transparent areas become black, and resizing takes the pixel under the centre of each new one.
 */
import { decode as decodeJpeg } from "jpeg-js";
import { PNG } from "pngjs";
import { reasonOf } from "../../core/errors.ts";
import { fileFormatOf, HEAD_BYTES } from "../../core/fileFormat.ts";
import { pictureSize } from "../../core/pictureSize.ts";
import { MAX_PICTURE_SIDE, sideObstacle } from "../../data/own/imageFile.ts";
import { reasonOfFormat } from "../../data/own/leftOut.ts";

/** The JPEG decoder takes half a gigabyte for a picture of the largest sides, four bytes a value. */
const MAX_MEGABYTES = 640;

interface Raster {
  readonly width: number;
  readonly height: number;
  /** `[height, width, channels]` */
  readonly data: Uint8Array;
  /** The fourth one is opacity. */
  readonly channels: 3 | 4;
  /** As EXIF counts them, from 1 to 8. */
  readonly orientation: number;
}

/**
 * @returns the picture with this height and width: `[height, width, 3]` bytes.
 * @throws RangeError, which says what the bytes are, for what is neither a whole PNG nor a whole JPEG
 */
export function decodePicture(bytes: Uint8Array, height: number, width: number): Uint8Array {
  const raster = rasterOf(bytes);
  const { data, channels } = raster;
  const isSideways = raster.orientation > 4;
  const [uprightHeight, uprightWidth] = isSideways
    ? [raster.width, raster.height]
    : [raster.height, raster.width];
  const pixels = new Uint8Array(height * width * 3);
  for (let row = 0, to = 0; row < height; row += 1) {
    const y = Math.floor(((row + 0.5) * uprightHeight) / height);
    for (let column = 0; column < width; column += 1, to += 3) {
      const x = Math.floor(((column + 0.5) * uprightWidth) / width);
      const from = channels * placeIn(raster, y, x);
      const opacity = channels === 4 ? (data[from + 3] ?? 0) / 255 : 1;
      for (let colour = 0; colour < 3; colour += 1)
        pixels[to + colour] = Math.round(opacity * (data[from + colour] ?? 0));
    }
  }
  return pixels;
}

/** Returns which stored pixel is at this place of the upright picture. */
function placeIn({ width, height, orientation }: Raster, y: number, x: number): number {
  const [row, column] = orientation > 4 ? [x, y] : [y, x];
  const isMirrored = [2, 3, 7, 8].includes(orientation);
  const isUpsideDown = [3, 4, 6, 7].includes(orientation);
  const storedRow = isUpsideDown ? height - 1 - row : row;
  const storedColumn = isMirrored ? width - 1 - column : column;
  return storedRow * width + storedColumn;
}

function rasterOf(bytes: Uint8Array): Raster {
  const format = fileFormatOf(bytes.subarray(0, HEAD_BYTES));
  if (format !== "png" && format !== "jpeg")
    throw new RangeError(reasonOfFormat(format, "a PNG or JPEG, which the terminal decodes"));
  // The header's sides come before anything is decompressed.
  const size = pictureSize(bytes, format);
  const obstacle = sideObstacle(size);
  if (obstacle !== undefined) throw new RangeError(obstacle);
  if (size?.bits !== undefined && size.bits !== 8)
    throw new RangeError(`a JPEG of ${size.bits} bits a value, which few programs read`);
  try {
    return format === "png" ? rasterOfPng(bytes) : rasterOfJpeg(bytes);
  } catch (error) {
    throw new RangeError(`it cannot be decoded: ${reasonOf(error)}`, { cause: error });
  }
}

function rasterOfPng(bytes: Uint8Array): Raster {
  const { width, height, data } = PNG.sync.read(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  return { width, height, data, channels: 4, orientation: 1 };
}

function rasterOfJpeg(bytes: Uint8Array): Raster {
  const { width, height, data } = decodeJpeg(bytes, {
    ...{ useTArray: true, formatAsRGBA: false },
    ...{ maxResolutionInMP: MAX_PICTURE_SIDE ** 2 / 1e6, maxMemoryUsageInMB: MAX_MEGABYTES },
  });
  return { width, height, data, channels: 3, orientation: exifOrientation(bytes) };
}

const ORIENTATION_TAG = 0x0112;

/** Returns 1, upright, for a JPEG without the tag. Format: the TIFF directory in the segment APP1. */
function exifOrientation(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      if (view.getUint16(at) !== 0xffe1 || view.getUint32(at + 4) !== 0x45786966) continue;
      const tiff = at + 10;
      const isLittle = view.getUint16(tiff) === 0x4949;
      const directory = tiff + view.getUint32(tiff + 4, isLittle);
      for (let entry = 0; entry < view.getUint16(directory, isLittle); entry += 1) {
        const place = directory + 2 + 12 * entry;
        if (view.getUint16(place, isLittle) !== ORIENTATION_TAG) continue;
        const orientation = view.getUint16(place + 8, isLittle);
        return orientation >= 1 && orientation <= 8 ? orientation : 1;
      }
    }
  } catch {
    // The segments end where the file does.
  }
  return 1;
}
