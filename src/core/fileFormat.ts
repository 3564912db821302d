/**
 * Detects the format of a file by its first bytes, because names and extensions can be wrong. It knows the formats that this
 * program reads and those that people pick instead, so that a message can name the format it found. It takes bytes and reads no
 * file.
 */

/** The number of bytes that is enough for every format below. A file may be shorter. */
export const HEAD_BYTES = 512;

export interface FileFormat {
  /** The common name, which can follow "a file of": `PNG`, `plain text`. */
  readonly title: string;
  readonly use: "picture" | "zip" | "gzip" | "npy" | "idx" | "none";
  /** Only for image formats. */
  readonly mimeType?: string;
  /** The end of a sentence that says what to do with a format that nothing here reads. */
  readonly advice?: string;
}

const CONVERT = "convert it to PNG or JPEG";
const UNPACK = "unpack it yourself";

export const FILE_FORMATS = {
  png: { title: "PNG", use: "picture", mimeType: "image/png" },
  jpeg: { title: "JPEG", use: "picture", mimeType: "image/jpeg" },
  gif: { title: "GIF", use: "picture", mimeType: "image/gif" },
  webp: { title: "WebP", use: "picture", mimeType: "image/webp" },
  bmp: { title: "BMP", use: "picture", mimeType: "image/bmp" },
  avif: { title: "AVIF", use: "picture", mimeType: "image/avif" },
  tiff: { title: "TIFF", use: "none", advice: CONVERT },
  heic: { title: "HEIC", use: "none", advice: CONVERT },
  jpegXl: { title: "JPEG XL", use: "none", advice: CONVERT },
  jpeg2000: { title: "JPEG 2000", use: "none", advice: CONVERT },
  photoshop: { title: "Photoshop", use: "none", advice: CONVERT },
  icon: { title: "an icon", use: "none", advice: CONVERT },
  svg: { title: "SVG", use: "none", advice: CONVERT },
  npy: { title: "a NumPy array", use: "npy" },
  idx: { title: "IDX, the form of MNIST", use: "idx" },
  zip: { title: "a zip", use: "zip" },
  gzip: { title: "gzip", use: "gzip", advice: UNPACK },
  tar: { title: "a tar archive", use: "none", advice: UNPACK },
  rar: { title: "a RAR archive", use: "none", advice: UNPACK },
  sevenZip: { title: "a 7z archive", use: "none", advice: UNPACK },
  pdf: { title: "PDF", use: "none" },
  hdf5: { title: "HDF5", use: "none" },
  gitLfs: {
    title: "a Git LFS pointer, not the file itself",
    use: "none",
    advice: "run git lfs pull, then choose it again",
  },
  webPage: { title: "a web page", use: "none", advice: "download the file itself" },
  link: {
    title: "the text of a symbolic link",
    use: "none",
    advice: "choose the file that it points to",
  },
  text: { title: "plain text", use: "none" },
  empty: { title: "empty", use: "none" },
  unknown: { title: "an unknown format", use: "none" },
} as const satisfies Record<string, FileFormat>;
export type FileFormatName = keyof typeof FILE_FORMATS;

/** The bytes at an offset, as hexadecimal digits; `..` is any byte. */
type Magic = readonly [offset: number, bytes: string];

const MAGIC: readonly (readonly [FileFormatName, readonly Magic[]])[] = [
  ["png", [[0, "89504e470d0a1a0a"]]],
  ["jpeg", [[0, "ffd8ff"]]],
  ["gif", [[0, "47494638..61"]]],
  [
    "webp",
    [
      [0, "52494646"],
      [8, "57454250"],
    ],
  ],
  // Many texts begin with "BM". A bitmap also has two reserved numbers that are zero, and a header after them.
  [
    "bmp",
    [
      [0, "424d"],
      [6, "00000000"],
      [15, "000000"],
    ],
  ],
  ["tiff", [[0, "49492a00"]]],
  ["tiff", [[0, "4d4d002a"]]],
  ["tiff", [[0, "49492b00"]]],
  ["tiff", [[0, "4d4d002b"]]],
  ["jpegXl", [[0, "ff0a"]]],
  ["jpegXl", [[0, "0000000c4a584c20"]]],
  ["jpeg2000", [[0, "0000000c6a502020"]]],
  ["photoshop", [[0, "38425053"]]],
  ["icon", [[0, "00000100..00"]]],
  ["npy", [[0, "934e554d5059"]]],
  ["zip", [[0, "504b0304"]]],
  ["zip", [[0, "504b0506"]]],
  ["zip", [[0, "504b0708"]]],
  ["gzip", [[0, "1f8b"]]],
  ["rar", [[0, "526172211a07"]]],
  ["sevenZip", [[0, "377abcaf271c"]]],
  ["tar", [[257, "7573746172"]]],
  ["pdf", [[0, "255044462d"]]],
  ["hdf5", [[0, "894844460d0a1a0a"]]],
];

/** Texts that stand in for a file, and drawings. */
const TEXTS: readonly (readonly [FileFormatName, RegExp])[] = [
  ["svg", /^\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i],
  ["webPage", /^\s*(<!DOCTYPE html|<html[\s>]|<head[\s>])/i],
  ["gitLfs", /^version https:\/\/git-lfs[.]github[.]com\//],
  // Git writes a symbolic link so where the system has none.
  ["link", /^[.]{1,2}\/[^\s]+[.][a-z0-9]{2,5}\s*$/i],
];

const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];
const IDX_TYPES = [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e];

/** @param head the first `HEAD_BYTES` of the file, or all of a shorter file */
export function fileFormatOf(head: Uint8Array): FileFormatName {
  if (head.length === 0) return "empty";
  const known = MAGIC.find(([, magic]) => magic.every((bytes) => holds(head, bytes)));
  if (known !== undefined) return known[0];
  const brands = brandsOf(head);
  // An AVIF file may also list brands that HEIC uses, so AVIF is checked first.
  if (brands.some((brand) => brand === "avif" || brand === "avis")) return "avif";
  if (brands.some((brand) => HEIC_BRANDS.includes(brand))) return "heic";
  const [zero, alsoZero, type = 0, axes = 0] = head;
  if (zero === 0 && alsoZero === 0 && IDX_TYPES.includes(type) && axes >= 1 && axes <= 4)
    return "idx";
  const text = textOf(head);
  if (text === undefined) return "unknown";
  return TEXTS.find(([, pattern]) => pattern.test(text))?.[0] ?? "text";
}

function holds(head: Uint8Array, [offset, bytes]: Magic): boolean {
  const pairs = bytes.match(/../g) ?? [];
  return pairs.every(
    (pair, at) => pair === ".." || head[offset + at] === Number.parseInt(pair, 16),
  );
}

/** Returns the brands that an ISO media file lists, its own first. */
function brandsOf(head: Uint8Array): readonly string[] {
  if (!holds(head, [4, "66747970"])) return [];
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const end = Math.min(head.length, view.getUint32(0));
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4)
    if (at !== 12) brands.push(new TextDecoder("latin1").decode(head.subarray(at, at + 4)));
  return brands;
}

/** Returns the head as text, or `undefined` when it is not text. */
function textOf(head: Uint8Array): string | undefined {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return "";
  if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return undefined;
  return new TextDecoder().decode(head);
}
