/**
 * Reads the sides of an encoded picture from its header, so that a picture with too many pixels is refused before anything is
 * decoded. The sides are those of the stored picture, before it is turned as its EXIF orientation says.
 */
import type { FileFormatName } from "./fileFormat.ts";

export interface PictureSize {
  readonly height: number;
  readonly width: number;
  /** Of each value of a JPEG: 8 in almost all. */
  readonly bits?: number;
}

/**
 * @param bytes the whole file: in a JPEG, the sides come after everything that a camera noted
 * @returns `undefined` when the header is cut short or does not tell
 */
export function pictureSize(bytes: Uint8Array, format: FileFormatName): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = SIZES[format]?.(view);
    return size !== undefined && size.height > 0 && size.width > 0 ? size : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const SIZES: Readonly<
  Partial<Record<FileFormatName, (view: DataView) => PictureSize | undefined>>
> = {
  png: (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  gif: (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  bmp: sizeOfBitmap,
  jpeg: sizeOfJpeg,
  webp: sizeOfWebp,
  avif: sizeOfAvif,
};

function sizeOfBitmap(view: DataView): PictureSize {
  // The oldest header, of 12 bytes, has sides of 16 bits. A negative height means that the top row comes first.
  if (view.getUint32(14, true) === 12)
    return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

/** The sides are in the segment "start of frame", of which there is one for each way of coding. */
function sizeOfJpeg(view: DataView): PictureSize | undefined {
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const [bits, height] = [view.getUint8(at + 4), view.getUint16(at + 5)];
      return { bits, height, width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** Format: https://developers.google.com/speed/webp/docs/riff_container */
function sizeOfWebp(view: DataView): PictureSize | undefined {
  const kind = view.getUint32(12);
  const threeBytes = (at: number) => view.getUint16(at, true) + 65_536 * view.getUint8(at + 2);
  if (kind === 0x56503858) return { width: 1 + threeBytes(24), height: 1 + threeBytes(27) };
  if (kind === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind !== 0x5650384c) return undefined;
  const bits = view.getUint32(21, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

const ISPE = 0x69737065;

/** A file may hold several pictures, such as the transparency. The largest sides count. */
function sizeOfAvif(view: DataView): PictureSize | undefined {
  let size: PictureSize | undefined;
  const end = Math.min(view.byteLength, AVIF_HEADER_BYTES) - 16;
  for (let at = 0; at < end; at += 1) {
    if (view.getUint32(at) !== ISPE) continue;
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (size === undefined || width * height > size.width * size.height) size = { width, height };
  }
  return size;
}

/** The boxes that describe an AVIF come first and are shorter. */
const AVIF_HEADER_BYTES = 8192;
