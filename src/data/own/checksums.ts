/** Checksums by which a person's own files are recognised when they are chosen again. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { OwnFile } from "../../core/ownFile.ts";

/** A file of any size is read in pieces, because a checksum of the browser takes its bytes at once. */
const PIECE_BYTES = 4 * 2 ** 20;

/** Returns, in hexadecimal, the SHA-256 of the SHA-256 of each piece of 4 MiB. */
async function checksumOf(file: Blob): Promise<string> {
  const pieces: string[] = [];
  for (let from = 0; from < file.size; from += PIECE_BYTES)
    pieces.push(await sha256Of(await file.slice(from, from + PIECE_BYTES).arrayBuffer()));
  return combined(pieces);
}

/**
 * @param onShare gets the share of the files that is done, in `[0, 1]`
 * @returns the checksum of each file, in their order
 */
export async function checksumsOf(
  files: readonly OwnFile[],
  onShare: (share: number) => void,
): Promise<string[]> {
  const checksums: string[] = [];
  for (const { file } of files) {
    checksums.push(await checksumOf(file));
    onShare(checksums.length / files.length);
  }
  return checksums;
}

/**
 * Returns one checksum of all files in the order of their paths, in which they are read. The paths are not part of it, because a
 * folder that is dropped has other ones than a folder that is chosen. Undefined when a file has none.
 */
export function checksumOfAll(files: readonly OwnFile[]): string | undefined {
  const inOrder = files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const checksums = inOrder.flatMap(({ checksum }) => (checksum === undefined ? [] : [checksum]));
  return checksums.length === 0 || checksums.length < files.length
    ? undefined
    : combined(checksums);
}

function combined(checksums: readonly string[]): string {
  return bytesToHex(sha256(utf8ToBytes(checksums.join(" "))));
}

/** Uses the browser's code, which is several times faster, where the page has it: not on plain http. */
async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  // Its type says that it is always there.
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  const hash = subtle && (await subtle.digest("SHA-256", bytes));
  return bytesToHex(hash ? new Uint8Array(hash) : sha256(new Uint8Array(bytes)));
}
