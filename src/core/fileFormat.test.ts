import { expect, test } from "vitest";
import { FILE_FORMATS, type FileFormatName, fileFormatOf } from "./fileFormat.ts";

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : [...part],
    ),
  );
const zeros = (count: number): readonly number[] => new Array<number>(count).fill(0);
const brands = (...names: readonly string[]) =>
  bytes(
    [0, 0, 0, 12 + 4 * names.length],
    "ftyp",
    names[0] ?? "",
    zeros(4),
    names.slice(1).join(""),
  );

const CASES: readonly (readonly [string, FileFormatName, Uint8Array])[] = [
  ["a PNG", "png", bytes([0x89], "PNG", [13, 10, 26, 10], zeros(20))],
  ["a JPEG of a camera", "jpeg", bytes([0xff, 0xd8, 0xff, 0xe1, 0, 9], "Exif")],
  ["a JPEG as .jfif", "jpeg", bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], "JFIF")],
  ["a JPEG without either", "jpeg", bytes([0xff, 0xd8, 0xff, 0xdb])],
  ["a GIF of 1987", "gif", bytes("GIF87a", zeros(8))],
  ["a GIF of 1989", "gif", bytes("GIF89a", zeros(8))],
  ["a WebP", "webp", bytes("RIFF", [1, 2, 3, 4], "WEBPVP8 ")],
  ["a sound in the same envelope", "unknown", bytes("RIFF", [1, 2, 3, 4], "WAVEfmt ")],
  ["a BMP", "bmp", bytes("BM", [70, 0, 0, 0], zeros(4), [54, 0, 0, 0], [40, 0, 0, 0])],
  ["a text that begins with BM", "text", bytes("BMW and Audi are two classes of cars here.\n")],
  ["an AVIF", "avif", brands("avif", "mif1", "miaf")],
  ["an AVIF that calls itself mif1", "avif", brands("mif1", "avif", "miaf")],
  [
    "a Git LFS pointer",
    "gitLfs",
    bytes("version https://git-lfs.github.com/spec/v1\noid sha256:0"),
  ],
  ["a web page", "webPage", bytes("\n<!doctype HTML>\n<title>Not found</title>")],
  ["a web page without a doctype", "webPage", bytes("<html lang=en>")],
  ["a symbolic link's text", "link", bytes("../../pictures/cat/1.jpg\n")],
  ["a text that begins with dots", "text", bytes("../ is the folder above.jpg")],
  ["a HEIC", "heic", brands("heic", "mif1", "heic")],
  ["a HEIC that calls itself mif1", "heic", brands("mif1", "heic")],
  ["a film", "unknown", brands("isom", "iso2", "mp41")],
  ["a TIFF of Intel's order", "tiff", bytes("II", [42, 0, 8, 0, 0, 0])],
  ["a TIFF of Motorola's order", "tiff", bytes("MM", [0, 42, 0, 0, 0, 8])],
  ["a large TIFF", "tiff", bytes("II", [43, 0, 8, 0, 0, 0])],
  ["a JPEG XL", "jpegXl", bytes([0xff, 0x0a, 1, 2])],
  ["a JPEG 2000", "jpeg2000", bytes([0, 0, 0, 12], "jP  ", [13, 10])],
  ["a Photoshop picture", "photoshop", bytes("8BPS", [0, 1])],
  ["an icon", "icon", bytes([0, 0, 1, 0, 2, 0])],
  ["an SVG", "svg", bytes('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ["a NumPy array", "npy", bytes([0x93], "NUMPY", [1, 0])],
  ["MNIST's images", "idx", bytes([0, 0, 8, 3], zeros(12))],
  ["MNIST's labels", "idx", bytes([0, 0, 8, 1], zeros(4))],
  ["a zip", "zip", bytes("PK", [3, 4])],
  ["a zip without entries", "zip", bytes("PK", [5, 6], zeros(18))],
  ["gzip", "gzip", bytes([0x1f, 0x8b, 8])],
  ["a tar", "tar", bytes(zeros(257), "ustar")],
  ["a RAR", "rar", bytes("Rar!", [26, 7, 1, 0])],
  ["a 7z", "sevenZip", bytes("7z", [0xbc, 0xaf, 0x27, 0x1c])],
  ["a PDF", "pdf", bytes("%PDF-1.7\n")],
  ["an HDF5", "hdf5", bytes([0x89], "HDF", [13, 10, 26, 10])],
  ["words with umlauts", "text", new TextEncoder().encode("Größe\tund Ähnliches\r\n")],
  ["text of Windows in 16 bits", "text", bytes([0xff, 0xfe], "a", [0], "b", [0])],
  ["nothing", "empty", new Uint8Array()],
  ["one zero", "unknown", Uint8Array.of(0)],
  ["numbers", "unknown", bytes([7, 1, 250, 0, 3])],
];

test.each(CASES)("%s is %s by its first bytes", (_name, format, head) => {
  expect(fileFormatOf(head)).toBe(format);
});

test("every format has a case, and a picture its type", () => {
  expect(new Set(CASES.map(([, format]) => format))).toEqual(new Set(Object.keys(FILE_FORMATS)));
  for (const format of Object.values(FILE_FORMATS))
    expect("mimeType" in format).toBe(format.use === "picture");
});
