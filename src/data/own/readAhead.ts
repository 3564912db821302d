/**
 * Gives a zip's reader the bytes of a file. Entries that are read one after the other come from large pieces that are read at
 * once, because each reading of a file takes a browser as long as decoding a small picture. Entries in any other order are read
 * in small pieces.
 */
import { Reader } from "@zip.js/zip.js/lib/zip-core-native.js";

const LEAST_BYTES = 16 * 2 ** 10;
const MOST_BYTES = 2 ** 20;
/** A request that begins at most this many bytes after a piece continues it. Several entries are read at the same time. */
const NEAR_BYTES = 256 * 2 ** 10;
/** Entries that began before a new piece still find their bytes in the ones before it. */
const KEPT_PIECES = 3;

interface Piece {
  readonly first: number;
  readonly end: number;
  readonly bytes: Promise<Uint8Array>;
}

export class ReadAheadReader extends Reader<Blob> {
  /** The newest is the last one. */
  #pieces: Piece[] = [];
  readonly #file: Blob;

  constructor(file: Blob) {
    super(file);
    this.#file = file;
    this.size = file.size;
  }

  override async readUint8Array(first: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(this.size, first + length);
    const isIn = (piece: Piece) => piece.first <= first && end <= piece.end;
    const piece = this.#pieces.findLast(isIn) ?? this.#next(first, end);
    const bytes = await piece.bytes;
    return Uint8Array.from(bytes.subarray(first - piece.first, end - piece.first));
  }

  #next(first: number, end: number): Piece {
    const before = this.#pieces.at(-1);
    const isNext =
      before !== undefined && first >= before.first && first <= before.end + NEAR_BYTES;
    const ahead = isNext ? Math.min(MOST_BYTES, 2 * (before.end - before.first)) : LEAST_BYTES;
    const last = Math.min(this.size, Math.max(end, first + ahead));
    const bytes = this.#file.slice(first, last).arrayBuffer();
    const piece = { first, end: last, bytes: bytes.then((buffer) => new Uint8Array(buffer)) };
    this.#pieces = [...this.#pieces.slice(1 - KEPT_PIECES), piece];
    return piece;
  }
}
