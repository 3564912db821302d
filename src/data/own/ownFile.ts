/** A file that a person gave, and the errors about such files. Files are read in place and in pieces; nothing is uploaded. */
import { PlaygroundError, reasonOf } from "../../core/errors.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { formatCount } from "../../core/units.ts";

/** The limit for numbers kept in memory: 1 GiB. */
const MAX_MEMORY_BYTES = 2 ** 30;

export interface WrongFile {
  readonly rule: string;
  readonly expected?: string;
  readonly got?: string;
  readonly remedy: string;
}

/**
 * Creates the error for a file that exists but cannot be used.
 * @param path of the file or the folder
 */
export function wrongFile(path: string, wrong: WrongFile, cause?: unknown): PlaygroundError {
  return new PlaygroundError(
    { code: "file.invalid", where: path, ...wrong, context: { file: path, setting: "dataSet" } },
    { cause },
  );
}

/** @throws PlaygroundError `file.too-large` for more than `MAX_MEMORY_BYTES`. */
export function requireMemory(path: string, sizeBytes: number): void {
  if (sizeBytes <= MAX_MEMORY_BYTES) return;
  throw new PlaygroundError({
    code: "file.too-large",
    where: path,
    rule: "its numbers do not fit into memory",
    expected: `${formatCount(MAX_MEMORY_BYTES)} bytes or fewer`,
    got: formatCount(sizeBytes),
    remedy: "Store whole numbers from 0 to 255 as uint8, or take fewer or smaller images.",
    context: { file: path, setting: "dataSet" },
  });
}

/** Beyond this size, data that compress a hundredfold are no images. A few bytes may stand for any number of others. */
const MOST_UNSEEN_BYTES = 2 ** 25;
const MOST_RATIO = 100;

/** Tells whether a packed file is made to fill the memory. */
export function isBomb(packedBytes: number, unpackedBytes: number): boolean {
  return unpackedBytes > MOST_UNSEEN_BYTES && unpackedBytes > MOST_RATIO * packedBytes;
}

/** @throws PlaygroundError `file.invalid` for a packed file that is made to fill the memory. */
export function requireNoBomb({ path, file }: OwnFile, unpackedBytes: number): void {
  if (!isBomb(file.size, unpackedBytes)) return;
  throw wrongFile(path, {
    rule: `it unpacks to more than ${MOST_RATIO} times its size`,
    expected: "images or labels",
    got: `${formatCount(unpackedBytes)} bytes from ${formatCount(file.size)}`,
    remedy: "Unpack it yourself, and look at what is in it.",
  });
}

/**
 * Reads bytes `[first, end)` of a file, or fewer when the file is shorter.
 * @throws PlaygroundError `file.invalid` when the browser cannot read it any more.
 */
export async function readBytes(
  { path, file }: OwnFile,
  first: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(first, end).arrayBuffer());
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Creates the error for a file that was moved, changed or deleted after it was chosen. */
export function unreadable(path: string, error: unknown): PlaygroundError {
  return wrongFile(
    path,
    {
      rule: "the file cannot be read",
      expected: "the file as it was when it was chosen",
      got: reasonOf(error),
      remedy: "Choose the files again.",
    },
    error,
  );
}

/** Returns the file name: `X_train.npy` of `data/X_train.npy`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
