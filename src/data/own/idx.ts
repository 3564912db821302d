/**
 * Reads IDX files of bytes, the format of MNIST and Fashion-MNIST, with or without gzip: two zeros, the type, the number of
 * axes, their sizes as big-endian 32-bit numbers, then the bytes. It reads in one pass and never more than the header says.
 */
import { reasonOf } from "../../core/errors.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { formatCount } from "../../core/units.ts";
import { shapeText } from "./npyHeader.ts";
import { readBytes, requireMemory, requireNoBomb, unreadable, wrongFile } from "./ownFile.ts";

export interface IdxArray {
  readonly shape: readonly number[];
  /** In C order. */
  readonly values: Uint8Array;
}

const TYPE_BYTE = 0x08;
const MAX_AXES = 3;
const REMEDY = "Take the file as it was published.";

/**
 * @param numAxes 3 for images, 1 for labels
 * @throws PlaygroundError `file.invalid`, `file.too-large`
 */
export async function readIdx(file: OwnFile, numAxes: number): Promise<IdxArray> {
  const { path } = file;
  const headerBytes = 4 + 4 * numAxes;
  const header = new Uint8Array(headerBytes);
  let target = header;
  let filled = 0;
  let shape: readonly number[] | undefined;
  let numUnpacked = 0;
  for await (const chunk of unpackedChunks(file)) {
    let taken = 0;
    numUnpacked += chunk.length;
    requireNoBomb(file, numUnpacked);
    while (taken < chunk.length) {
      if (filled === target.length) {
        if (shape !== undefined) throw wrongLength(path, shape, "more");
        shape = shapeIn(header, numAxes, path);
        const numBytes = shape.reduce((product, size) => product * size, 1);
        requireMemory(path, numBytes);
        target = new Uint8Array(numBytes);
        filled = 0;
        if (numBytes === 0) break;
      }
      const piece = chunk.subarray(taken, taken + target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
    }
  }
  if (shape === undefined) {
    // A file of labels can be shorter than the header of an images file, so the type is checked before the length.
    if (filled >= 4) shape = shapeIn(header, numAxes, path);
    if (shape === undefined || filled < headerBytes) throw noIdx(path, header.subarray(0, filled));
  }
  const numBytes = shape.reduce((product, size) => product * size, 1);
  if (target === header || filled < numBytes || numBytes === 0)
    throw wrongLength(path, shape, `${formatCount(target === header ? 0 : filled)} bytes`);
  return { shape, values: target };
}

/**
 * Yields the file's bytes as they come. The first bytes decide whether to unpack, because browsers unpack some downloads and
 * keep the `.gz` name.
 */
async function* unpackedChunks(source: OwnFile): AsyncGenerator<Uint8Array> {
  const start = await readBytes(source, 0, 2);
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  const bytes = source.file.stream();
  const reader = (
    isPacked ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes
  ).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        if (!isPacked) throw unreadable(source.path, error);
        const wrong = { rule: "the file cannot be unpacked", expected: "a whole gzip file" };
        throw wrongFile(source.path, { ...wrong, got: reasonOf(error), remedy: REMEDY }, error);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function shapeIn(header: Uint8Array, numAxes: number, path: string): readonly number[] {
  const [zero, alsoZero, type, axes = 0] = header;
  if (zero !== 0 || alsoZero !== 0 || type !== TYPE_BYTE || axes < 1 || axes > MAX_AXES)
    throw noIdx(path, header);
  if (axes !== numAxes) {
    const kinds = ["", "labels (1 axis)", "a table (2 axes)", "images (3 axes)"];
    throw wrongFile(path, {
      rule: "the file holds something else than its name says",
      expected: kinds[numAxes] ?? `${numAxes} axes`,
      got: kinds[axes] ?? `${axes} axes`,
      remedy: "Check that images and labels are not exchanged.",
    });
  }
  const view = new DataView(header.buffer);
  return Array.from({ length: numAxes }, (_, axis) => view.getUint32(4 + 4 * axis));
}

function noIdx(path: string, start: Uint8Array): Error {
  const bytes = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
  return wrongFile(path, {
    rule: "this is no IDX file of bytes, whatever its name says",
    expected: "a file that starts with 00 00 08 01 (labels) or 00 00 08 03 (images)",
    got: bytes.length === 0 ? "an empty file" : bytes.join(" "),
    remedy: REMEDY,
  });
}

function wrongLength(path: string, shape: readonly number[], got: string): Error {
  const numBytes = shape.reduce((product, size) => product * size, 1);
  return wrongFile(path, {
    rule: "the file is not as long as its header says",
    expected: `${formatCount(numBytes)} bytes for ${shapeText(shape)}`,
    got,
    remedy: REMEDY,
  });
}
