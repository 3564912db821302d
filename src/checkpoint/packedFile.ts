/**
 * The byte format of a checkpoint, described in `docs/checkpoints.md`:
 *
 *     preamble   64 bytes: name of the format, its version, place and length of the header, SHA-256 of the header
 *     tensors    the numbers of each typed array, little-endian, each array at a multiple of 8 bytes
 *     header     JSON: the summary, the value, the arrays' types and lengths, the SHA-256 of each piece of 4 MiB of the tensors
 *
 * The preamble is written last, so a file is complete exactly when its preamble is. A file that was cut anywhere or has a wrong
 * byte is refused.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import { formatCount } from "../core/units.ts";
import {
  bytesPerNumber,
  emptyTensor,
  isTensorType,
  packTree,
  type Tensor,
  type TensorType,
  tensorTypeOf,
  unpackTree,
} from "./packedTree.ts";

/** Raise it when a reader of the version before would misread a file. */
const FORMAT_VERSION = 1;
const FORMAT_NAME = "XPcheckp";
/** The preamble has the checksum of the header, which has those of all numbers, so it identifies the file. */
export const PREAMBLE_BYTES = 64;
const PIECE_BYTES = 4 * 2 ** 20;
const ALIGNMENT = 8;

type Bytes = Uint8Array<ArrayBuffer>;

/** Where a new file is written. Everything may be asynchronous. */
export interface ByteTarget {
  write(bytes: Bytes, offset: number): void | Promise<void>;
  /** Resolves when everything written is on the disk, as far as the system says. */
  flush(): void | Promise<void>;
}

/** Where a file is read. */
export interface ByteSource {
  readonly sizeBytes: number;
  read(offset: number, length: number): Promise<Bytes>;
  /** The whole file, where the storage can give it without reading it. */
  readonly blob?: Blob;
}

/** A piece that is written. */
export interface AppendedPiece {
  /** The memory that it had. */
  readonly memory: ArrayBuffer;
  /** Milliseconds for which checksum and writing kept another thread, as far as that is measured. */
  readonly elsewhereMs: number;
}

/** A value ready to be written. */
export interface PackedValue {
  /** The header without the checksums. */
  readonly header: PackedHeader;
  /**
   * Copies the tensors step by step, so they must not change before its end.
   * @param freeMemory returns the memory of a piece that is written, if there is one
   */
  pieces(freeMemory?: () => ArrayBuffer | undefined): Generator<Bytes>;
}

export interface PackedHeader {
  /** Plain JSON that can be read without the tensors. */
  readonly summary: unknown;
  /** JSON of `packTree`. */
  readonly value: string;
  readonly tensors: readonly (readonly [TensorType, number])[];
}

const headerSchema: v.GenericSchema<unknown, PackedHeader & { readonly pieces: string[] }> =
  v.object({
    summary: v.unknown(),
    value: v.string(),
    tensors: v.array(
      v.tuple([v.custom<TensorType>(isTensorType), v.pipe(v.number(), v.integer(), v.minValue(0))]),
    ),
    pieces: v.array(v.string()),
  });

export function packValue(summary: unknown, value: unknown): PackedValue {
  const { json, tensors } = packTree(value);
  const types = tensors.map((tensor) => [tensorTypeOf(tensor), tensor.length] as const);
  return {
    header: { summary, value: json, tensors: types },
    pieces: (freeMemory = () => undefined) => piecesOf(tensors, freeMemory),
  };
}

/** Returns the size of the file within some kB, because the header is not yet in its final form. */
export function packedBytes({ tensors, value }: PackedHeader): number {
  return PREAMBLE_BYTES + tensorBytes(tensors) + value.length;
}

/** Writes one file: the pieces in the order of the calls, then `finish`. */
export function createPackedWriter(target: ByteTarget) {
  const checksums: string[] = [];
  let offset = PREAMBLE_BYTES;
  let before = Promise.resolve();

  async function write(piece: Bytes, checksum: Promise<string>): Promise<void> {
    checksums.push(await checksum);
    await target.write(piece, offset);
    offset += piece.length;
  }

  return {
    async append(piece: Bytes): Promise<AppendedPiece> {
      // The checksums of several pieces are computed at the same time.
      const checksum = checksumOf(piece);
      before = before.then(() => write(piece, checksum));
      await before;
      return { memory: piece.buffer, elsewhereMs: 0 };
    },
    /** @returns the size of the whole file */
    async finish(header: PackedHeader): Promise<number> {
      await before;
      const bytes = new TextEncoder().encode(JSON.stringify({ ...header, pieces: checksums }));
      await target.write(bytes, offset);
      await target.flush();
      await target.write(preambleOf(offset, bytes), 0);
      await target.flush();
      return offset + bytes.length;
    },
  };
}

/** Tells whether the writing of a file came to its end, also when a newer version of the program wrote it. */
export async function hasPreamble(source: ByteSource): Promise<boolean> {
  const start = await source.read(0, Math.min(PREAMBLE_BYTES, source.sizeBytes));
  return start.some((byte) => byte !== 0);
}

/**
 * Reads the summary and verifies the header and the file's length, but not the tensors.
 * @throws PlaygroundError `file.invalid`
 */
export async function readSummary(source: ByteSource): Promise<unknown> {
  return (await readHeader(source)).header.summary;
}

/**
 * Reads the value and verifies every byte.
 * @throws PlaygroundError `file.invalid`
 */
export async function readPacked(source: ByteSource): Promise<unknown> {
  const { header, offset } = await readHeader(source);
  const tensors = header.tensors.map(([type, length]) => emptyTensor(type, length));
  const fill = createFiller(tensors);
  let from = PREAMBLE_BYTES;
  for (const checksum of header.pieces) {
    const piece = await source.read(from, Math.min(PIECE_BYTES, offset - from));
    if ((await checksumOf(piece)) !== checksum)
      throw damaged("the numbers differ from their checksum", `SHA-256 ${checksum}`, "another");
    fill(piece);
    from += piece.length;
  }
  return unpackTree({ json: header.value, tensors });
}

async function readHeader(source: ByteSource) {
  const { sizeBytes } = source;
  if (sizeBytes < PREAMBLE_BYTES)
    throw damaged("the file is cut short", `${PREAMBLE_BYTES} bytes or more`, `${sizeBytes}`);
  const preamble = await source.read(0, PREAMBLE_BYTES);
  const view = new DataView(preamble.buffer, preamble.byteOffset, preamble.byteLength);
  const name = new TextDecoder().decode(preamble.subarray(0, 8));
  if (name !== FORMAT_NAME || view.getBigUint64(24, true) !== 0n)
    throw damaged("the file is not a complete checkpoint", `"${FORMAT_NAME}" at its start`);
  const version = view.getUint32(8, true);
  if (version > FORMAT_VERSION) throw newer(version);
  if (version < FORMAT_VERSION)
    throw damaged("the format is unknown", `format ${FORMAT_VERSION}`, String(version));
  const length = view.getUint32(12, true);
  const offset = Number(view.getBigUint64(16, true));
  if (offset + length !== sizeBytes)
    throw damaged(
      "the file has another length than it says",
      `${formatCount(offset + length)} bytes`,
      formatCount(sizeBytes),
    );
  const bytes = await source.read(offset, length);
  if (bytesToHex(sha256(bytes)) !== bytesToHex(preamble.subarray(32, 64)))
    throw damaged("the header differs from its checksum", "SHA-256 as in the preamble", "another");
  const header = parsedHeader(bytes);
  const numPieces = Math.ceil((offset - PREAMBLE_BYTES) / PIECE_BYTES);
  const isWhole = tensorBytes(header.tensors) === offset - PREAMBLE_BYTES;
  if (!isWhole || header.pieces.length !== numPieces)
    throw damaged("the header does not describe the tensors", "the sizes of all of them");
  return { header, offset };
}

function parsedHeader(bytes: Bytes) {
  try {
    return v.parse(headerSchema, JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw damaged("the header cannot be read", "JSON of this format", reasonOf(error));
  }
}

/** Includes the zeros that align the array after each tensor. */
function tensorBytes(tensors: PackedHeader["tensors"]): number {
  return tensors.reduce((sum, [type, length]) => sum + aligned(length * bytesPerNumber(type)), 0);
}

function aligned(numBytes: number): number {
  return Math.ceil(numBytes / ALIGNMENT) * ALIGNMENT;
}

/** Every piece has its own memory, so that it can be transferred to another thread. */
function* piecesOf(
  tensors: readonly Tensor[],
  freeMemory: () => ArrayBuffer | undefined,
): Generator<Bytes> {
  let left = tensors.reduce((sum, { byteLength }) => sum + aligned(byteLength), 0);
  const next = () => {
    const length = Math.min(PIECE_BYTES, left);
    return new Uint8Array(freeMemory() ?? new ArrayBuffer(length), 0, length);
  };
  let piece = next();
  let filled = 0;
  for (const tensor of tensors) {
    const bytes = bytesOf(tensor);
    const end = aligned(bytes.length);
    for (let from = 0; from < end; ) {
      const part = bytes.subarray(from, from + piece.length - filled);
      piece.set(part, filled);
      const advance = Math.min(end - from, piece.length - filled);
      piece.fill(0, filled + part.length, filled + advance);
      filled += advance;
      from += advance;
      if (filled < piece.length) continue;
      left -= filled;
      yield piece;
      piece = next();
      filled = 0;
    }
  }
}

/** Returns a function that distributes consecutive pieces over the tensors. */
function createFiller(tensors: readonly Tensor[]): (piece: Bytes) => void {
  let index = 0;
  let filled = 0;
  return (piece) => {
    for (let from = 0; from < piece.length; ) {
      const tensor = tensors[index];
      if (tensor === undefined) return;
      const target = bytesOf(tensor);
      const end = aligned(target.length);
      const part = piece.subarray(from, from + Math.max(0, target.length - filled));
      target.set(part, filled);
      const advance = Math.min(end - filled, piece.length - from);
      filled += advance;
      from += advance;
      if (filled < end) return;
      index += 1;
      filled = 0;
    }
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Tensor): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function preambleOf(offset: number, header: Bytes): Bytes {
  const bytes = new Uint8Array(PREAMBLE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(FORMAT_NAME));
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, header.length, true);
  view.setBigUint64(16, BigInt(offset), true);
  bytes.set(sha256(header), 32);
  return bytes;
}

/** Uses the browser's code, which is several times faster, where the page has it: not on plain http. */
async function checksumOf(bytes: Bytes): Promise<string> {
  const { subtle } = globalThis.crypto;
  // Its type says that it is always there.
  if (subtle === undefined) return bytesToHex(sha256(bytes));
  return bytesToHex(new Uint8Array(await subtle.digest("SHA-256", bytes)));
}

function damaged(rule: string, expected: string, got?: string): PlaygroundError {
  return new PlaygroundError({
    code: "file.invalid",
    where: "Checkpoint",
    rule,
    expected,
    ...(got !== undefined && { got }),
    remedy: "Use an older checkpoint.",
    context: { isNewer: false },
  });
}

/** Tells whether a file was refused because a newer version of this program wrote it. */
export function isOfNewerProgram(error: unknown): boolean {
  return error instanceof PlaygroundError && error.context?.isNewer === true;
}

function newer(version: number): PlaygroundError {
  return new PlaygroundError({
    code: "file.invalid",
    where: "Checkpoint",
    rule: "a newer version of this program wrote it",
    expected: `format ${FORMAT_VERSION} or lower`,
    got: String(version),
    remedy: "Reload the page for the newest program.",
    context: { isNewer: true },
  });
}
