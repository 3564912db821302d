/** Creates files as a person would bring them, for the journeys: NumPy arrays, MNIST's format, images, zips. */
import { crc32, deflateSync, gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { BlobReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";

export interface MadeFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const SIDE = 12;

/** Class 0 is bright at the top, class 1 at the bottom, so that a network distinguishes them after a few steps. */
function pixelOf(label: number, image: number, row: number, column: number): number {
  const bright = row < SIDE / 2 === (label === 0);
  return (bright ? 180 : 20) + ((image * 7 + row * 5 + column * 3) % 40);
}

function imagesOf(numImages: number): { pixels: number[]; labels: number[] } {
  const pixels: number[] = [];
  const labels: number[] = [];
  for (let image = 0; image < numImages; image += 1) {
    const label = image % 2;
    labels.push(label);
    for (let at = 0; at < SIDE * SIDE; at += 1)
      pixels.push(pixelOf(label, image, Math.floor(at / SIDE), at % SIDE));
  }
  return { pixels, labels };
}

function npy(name: string, descr: string, shape: readonly number[], data: Uint8Array): MadeFile {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const header = `${text.padEnd(117)}\n`;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  const buffer = Buffer.concat([start, Buffer.from(header, "latin1"), data]);
  return { name, mimeType: "application/octet-stream", buffer };
}

const bytesOf = (array: Float32Array | BigInt64Array): Uint8Array => new Uint8Array(array.buffer);

/** Creates arrays like those of the tutorial on facial emotions: floats from 0 to 1, one-hot rows and whole numbers. */
export function arrayFiles(numTrain = 48, numTest = 16): MadeFile[] {
  const floats = ({ pixels }: { pixels: number[] }) =>
    bytesOf(Float32Array.from(pixels, (value) => value / 255.5));
  const train = imagesOf(numTrain);
  const test = imagesOf(numTest);
  const oneHot = Float32Array.from(train.labels.flatMap((label) => [1 - label, label]));
  const numbers = BigInt64Array.from(test.labels, BigInt);
  return [
    npy("X_train.npy", "<f4", [numTrain, SIDE, SIDE, 1], floats(train)),
    npy("y_train.npy", "<f4", [numTrain, 2], bytesOf(oneHot)),
    npy("X_test.npy", "<f4", [numTest, SIDE, SIDE, 1], floats(test)),
    npy("y_test.npy", "<i8", [numTest], bytesOf(numbers)),
  ];
}

/** Creates a table like FER2013's: seven emotions, 48 × 48 grey pixels in one field, three parts. */
export function facialTable(numRows = 42): MadeFile {
  const rows = Array.from({ length: numRows }, (_, row) => {
    const usage = row < 28 ? "Training" : row < 35 ? "PublicTest" : "PrivateTest";
    const pixels = Array.from(
      { length: 48 * 48 },
      (_, at) => (row * 31 + at * (1 + (row % 7))) % 256,
    );
    return `${row % 7},${pixels.join(" ")},${usage}`;
  });
  const text = `${["emotion,pixels,Usage", ...rows].join("\r\n")}\r\n`;
  return { name: "fer2013.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
}

export function mnistFiles(numTrain = 48, numTest = 16): MadeFile[] {
  const idx = (name: string, shape: readonly number[], values: readonly number[]): MadeFile => {
    const header = Buffer.alloc(4 + 4 * shape.length);
    header.writeUInt32BE(0x0800 + shape.length);
    shape.forEach((size, axis) => {
      header.writeUInt32BE(size, 4 + 4 * axis);
    });
    const buffer = gzipSync(Buffer.concat([header, Buffer.from(values)]));
    return { name: `${name}.gz`, mimeType: "application/gzip", buffer };
  };
  const part = (name: string, numImages: number) => {
    const { pixels, labels } = imagesOf(numImages);
    return [
      idx(`${name}-images-idx3-ubyte`, [numImages, SIDE, SIDE], pixels),
      idx(`${name}-labels-idx1-ubyte`, [numImages], labels),
    ];
  };
  return [...part("train", numTrain), ...part("t10k", numTest)];
}

/** Creates a colour image of `width` x `height` pixels. */
function png(label: number, image: number, width = 20, height = 16): Buffer {
  const rows = Array.from({ length: height }, (_, row) => [
    0,
    ...Array.from({ length: width }, (_unused, column) => {
      const scaled = Math.floor((row * SIDE) / height);
      const value = pixelOf(label, image, scaled, column);
      return [value, 255 - value, 128];
    }).flat(),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows.flat()))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** Maps names such as `cats/1.png` to bytes, for `numImages` images in two classes. */
export function pictures(numImages: number): ReadonlyMap<string, Buffer> {
  const classes = ["above", "below"];
  return new Map(
    Array.from({ length: numImages }, (_, image) => {
      const label = image % 2;
      return [`${classes[label]}/${image}.png`, png(label, image, 16 + (image % 5))] as const;
    }),
  );
}

export async function zipOf(name: string, files: ReadonlyMap<string, Buffer>): Promise<MadeFile> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [path, bytes] of files)
    await writer.add(path, new BlobReader(new Blob([Uint8Array.from(bytes)])));
  return { name, mimeType: "application/zip", buffer: Buffer.from(await writer.close()) };
}

/** Drops files on the page, or on the element of a selector, as from the desktop. */
export async function drop(page: Page, files: readonly MadeFile[], target = "body"): Promise<void> {
  const list = files.map(({ name, buffer }) => [name, buffer.toString("base64")] as const);
  const dataTransfer = await page.evaluateHandle((entries) => {
    const transfer = new DataTransfer();
    for (const [name, text] of entries) {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, list);
  await page.dispatchEvent(target, "dragover", { dataTransfer });
  await page.dispatchEvent(target, "drop", { dataTransfer });
}
