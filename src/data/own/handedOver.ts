/**
 * Collects the files that a person gave into one list, from folders, zips and zips within zips. Hidden system files are
 * skipped, and listed by name. Unusable files are listed with a reason. The caller decides which files are useful.
 */
import { FILE_FORMATS, fileFormatOf, HEAD_BYTES } from "../../core/fileFormat.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { PackedFile } from "./archive.ts";
import { type LeftOut, reasonOfFormat } from "./leftOut.ts";
import { readBytes, wrongFile } from "./ownFile.ts";
import { isHidden, tidyPath } from "./paths.ts";

export interface GivenFile {
  /** The normalised path with its folders. For a file in a zip it begins with the zip's own name. */
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * Reads the first bytes.
   * @throws PlaygroundError `file.invalid`
   */
  head(): Promise<Uint8Array>;
  /**
   * Reads all bytes. The receiver owns them.
   * @throws PlaygroundError `file.invalid`
   */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws PlaygroundError `file.invalid` */
  read(): Promise<Blob>;
  leftOut(reason: string): LeftOut;
}

export interface Given {
  readonly files: readonly GivenFile[];
  /** The folders of all files, and the empty folders that zips list. */
  readonly folders: ReadonlySet<string>;
  readonly leftOut: readonly LeftOut[];
  /** The paths of hidden system files. */
  readonly hidden: readonly string[];
}

/** How many files are opened at the same time to read their first bytes. */
const AT_ONCE = 16;

/** @throws PlaygroundError `file.invalid` when the only file is a zip that cannot be read */
export async function handedOver(files: readonly OwnFile[]): Promise<Given> {
  const given: GivenFile[] = [];
  const folders = new Set<string>();
  const leftOut: LeftOut[] = [];
  const hidden: string[] = [];
  let firstFault: unknown;
  const take = (file: GivenFile, obstacle: string | undefined): void => {
    for (let end = file.path.lastIndexOf("/"); end > 0; end = file.path.lastIndexOf("/", end - 1)) {
      const folder = file.path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
    if (obstacle === undefined) given.push(file);
    else leftOut.push(file.leftOut(obstacle));
  };
  for (const source of files) {
    const path = tidyPath(source.path);
    if (isHidden(path)) {
      hidden.push(path);
      continue;
    }
    const without = new Set(source.without);
    if (!(await isZip(source))) {
      take(plainFile(source, path), undefined);
      continue;
    }
    // Loads the zip reader only when there is a zip.
    const { DAMAGED_ZIP, unpackZip } = await import("./archive.ts");
    try {
      const packed = await unpackZip(source);
      for (const file of packed.files)
        if (!without.has(file.entry)) take(packedFile(source, file), file.obstacle);
      for (const folder of packed.folders) folders.add(folder);
      for (const one of packed.hidden) hidden.push(one);
    } catch (error) {
      const reason = await reasonAgainstZip(source);
      firstFault ??= reason === undefined ? error : notAZip(path, reason);
      leftOut.push({ path: source.path, name: path, reason: reason ?? DAMAGED_ZIP });
    }
  }
  if (given.length === 0 && firstFault !== undefined) throw firstFault;
  return { files: given, folders, leftOut, hidden };
}

/**
 * Reads the first bytes of many files, a few at a time, and returns them in order. An unreadable file gives an error in its
 * place.
 */
export async function headsOf(files: readonly GivenFile[]): Promise<(Uint8Array | Error)[]> {
  const heads: (Uint8Array | Error)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < files.length) {
      const at = next;
      next += 1;
      heads[at] = await (files[at]?.head() ?? Promise.resolve(new Uint8Array())).catch(
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, work));
  return heads;
}

/** Extensions that rule out a zip, so that the first bytes need not be read to check. */
const NO_ZIP = /[.](jpe?g|png|gif|bmp|webp|npy|txt|md|csv|json|xml)$/i;

async function isZip(source: OwnFile): Promise<boolean> {
  if (NO_ZIP.test(source.path)) return false;
  // A file with a zip's extension is always treated as a zip, so that a damaged one is reported.
  if (/[.](zip|npz)$/i.test(source.path)) return true;
  const head = await readBytes(source, 0, HEAD_BYTES).catch(() => new Uint8Array());
  return FILE_FORMATS[fileFormatOf(head)].use === "zip";
}

/** Returns what a file that cannot be read as a zip is, when its first bytes tell. */
async function reasonAgainstZip(source: OwnFile): Promise<string | undefined> {
  const head = await readBytes(source, 0, HEAD_BYTES).catch(() => new Uint8Array());
  const format = fileFormatOf(head);
  return ["zip", "text", "empty", "unknown"].includes(format)
    ? undefined
    : reasonOfFormat(format, "a zip");
}

function notAZip(path: string, reason: string): Error {
  const remedy = "Choose a zip, or its files themselves.";
  return wrongFile(path, { rule: "the file is no zip", expected: "a zip", got: reason, remedy });
}

function plainFile(source: OwnFile, path: string): GivenFile {
  return {
    path,
    sizeBytes: source.file.size,
    head: () => readBytes(source, 0, HEAD_BYTES),
    bytes: () => readBytes(source, 0, source.file.size),
    read: async () => source.file,
    leftOut: (reason) => ({ path: source.path, name: path, reason }),
  };
}

function packedFile(
  source: OwnFile,
  { path, entry, sizeBytes, head, bytes }: PackedFile,
): GivenFile {
  return {
    path,
    sizeBytes,
    head,
    bytes,
    read: async () => new Blob([await bytes()]),
    leftOut: (reason) => ({ path: source.path, entry, name: path, reason }),
  };
}
