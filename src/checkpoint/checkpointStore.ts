/**
 * Keeps the newest checkpoints of one run in a folder. A checkpoint is a new file each time; it counts from the moment at which
 * it is complete, and only then are older ones removed. So there is always a good one, whenever the writing ends.
 */
import { reasonOf } from "../core/errors.ts";
import {
  type Checkpoint,
  type CheckpointSummary,
  parseCheckpoint,
  parseSummary,
} from "./checkpoint.ts";
import {
  type AppendedPiece,
  type ByteSource,
  hasPreamble,
  isOfNewerProgram,
  type PackedHeader,
  type PackedValue,
  packedBytes,
  packValue,
  readPacked,
  readSummary,
} from "./packedFile.ts";

/** The number of checkpoints kept while a run goes on. A finished run keeps the last one only. */
const MOST_KEPT = 3;
const NAME = /^(\d{6,})-step-(\d+)[.]checkpoint$/;

/** The files of one run: in the browser's storage, in a folder of the disk, or in memory. */
export interface CheckpointFolder {
  /** In any order, and with files that are not complete. */
  names(): Promise<readonly string[]>;
  open(name: string): Promise<ByteSource>;
  /** @param sizeBytes the room that the file needs, within some kB */
  create(name: string, sizeBytes: number): Promise<NewFile>;
  remove(name: string): Promise<void>;
  /**
   * Removes checkpoints of other runs, because the disk is full before the bound of all checkpoints is reached.
   * @returns whether there were any
   */
  free?(sizeBytes: number): Promise<boolean>;
}

/** The part of a folder that reading needs. */
export type ReadableFolder = Pick<CheckpointFolder, "names" | "open">;

/** A file being written. */
export interface NewFile {
  /** Takes the memory of the piece until it is written. */
  append(piece: Uint8Array<ArrayBuffer>): Promise<AppendedPiece>;
  /**
   * Completes the file. Resolves when the file would survive the loss of power, as far as the system says.
   * @returns the size of the whole file
   */
  finish(header: PackedHeader): Promise<number>;
  /** Removes what was written. */
  abandon(): Promise<void>;
  /** Whether another thread writes the pieces while this one is kept by a step. */
  readonly isElsewhere?: boolean;
}

export interface WritingTurns {
  /** How long the copying may keep the thread before it yields. */
  readonly turnMs: () => number;
  /** Resolves when the thread has done other work. */
  readonly nextTurn: () => Promise<void>;
  /** Called when another thread has all the work that there is for now. */
  readonly onElsewhere: () => void;
}

/** Pieces on their way to the disk. The copying waits when there are more. */
const MOST_PIECES_UNDER_WAY = 32;

const ALL_AT_ONCE: WritingTurns = {
  turnMs: () => Number.POSITIVE_INFINITY,
  nextTurn: async () => {},
  onElsewhere: () => {},
};

export interface WrittenCheckpoint {
  /** The size of the file. */
  readonly bytes: number;
  /** Milliseconds for which copying kept this thread. */
  readonly copyMs: number;
  /** Milliseconds for which checksums and writing kept other threads, as far as that is measured. */
  readonly elsewhereMs: number;
}

/**
 * Writes a checkpoint and removes those that are too many, and first what a kill left incomplete. When there is no room, it removes all older ones but the newest, if the
 * disk is full also those of other runs, and tries once more.
 *
 * @throws what the folder throws; the older checkpoints are then still there.
 */
export async function keepCheckpoint(
  folder: CheckpointFolder,
  { summary, ...value }: Checkpoint,
  turns: WritingTurns = ALL_AT_ONCE,
): Promise<WrittenCheckpoint> {
  await removeIncomplete(folder);
  const older = await namesInOrder(folder);
  const serial = serialOf(older[0] ?? "") + 1;
  const name = `${String(serial).padStart(6, "0")}-step-${summary.step}.checkpoint`;
  const packed = packValue(summary, value);
  const write = async () => {
    const file = await folder.create(name, packedBytes(packed.header));
    try {
      return await writeAll(file, packed, turns);
    } catch (error) {
      await file.abandon().catch(() => {});
      throw error;
    }
  };
  const written = await write().catch(async (error: unknown) => {
    // Newer files may be damaged.
    const newest = await newestFile(folder);
    const others = older.filter((one) => one !== newest?.name);
    await removeAll(folder, others);
    const freed = isFull(error) && (await folder.free?.(packedBytes(packed.header)));
    if (others.length === 0 && !freed) throw error;
    return write();
  });
  const keeps = summary.isFinished ? 0 : MOST_KEPT - 1;
  await removeAll(folder, (await namesInOrder(folder)).slice(1 + keeps));
  return written;
}

/** Tells whether a storage failed for want of room: a browser's, or the disk below Node. */
export function isFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "QuotaExceededError" || ("code" in error && error.code === "ENOSPC"))
  );
}

async function writeAll(
  file: NewFile,
  { pieces, header }: PackedValue,
  { turnMs, nextTurn, onElsewhere }: WritingTurns,
): Promise<WrittenCheckpoint> {
  const underWay = new Set<Promise<void>>();
  const free: ArrayBuffer[] = [];
  let elsewhereMs = 0;
  let copyMs = 0;
  let began = performance.now();
  const append = async (piece: Uint8Array<ArrayBuffer>) => {
    const appended = await file.append(piece);
    free.push(appended.memory);
    elsewhereMs += appended.elsewhereMs;
  };
  for (const piece of pieces(() => free.pop())) {
    const appended = append(piece).finally(() => underWay.delete(appended));
    // Its error is thrown below.
    appended.catch(() => {});
    underWay.add(appended);
    const elapsed = performance.now() - began;
    const isMuch = underWay.size >= MOST_PIECES_UNDER_WAY;
    if (!isMuch && elapsed < turnMs()) continue;
    copyMs += elapsed;
    if (isMuch) {
      if (file.isElsewhere) onElsewhere();
      await Promise.race(underWay);
    }
    await nextTurn();
    began = performance.now();
  }
  copyMs += performance.now() - began;
  // The file is completed after its pieces, so another thread needs no further word from this one.
  const finished = file.finish(header);
  if (file.isElsewhere) onElsewhere();
  const [bytes] = await Promise.all([finished, ...underWay]);
  return { bytes, copyMs, elsewhereMs };
}

/** A file that is no good checkpoint, and why. */
export interface RefusedCheckpoint {
  readonly name: string;
  readonly reason: string;
  /** A newer version of this program wrote it. */
  readonly isNewer: boolean;
}

/** Returns the newest checkpoint whose every byte is verified, or `null`, and the newer files that were refused. */
export async function newestCheckpoint(
  folder: ReadableFolder,
): Promise<{ checkpoint: Checkpoint | null; refused: readonly RefusedCheckpoint[] }> {
  return newestOf(folder, async (source) =>
    parseCheckpoint(await readSummary(source), await readPacked(source)),
  ).then(({ found, refused }) => ({ checkpoint: found, refused }));
}

/** Returns the summary of the newest checkpoint whose header is verified; `null` when there is none. */
export async function newestSummary(folder: ReadableFolder): Promise<CheckpointSummary | null> {
  return (await newestHeader(folder)).summary;
}

/** Returns the same summary, and whether a newer version of this program wrote a file after it. */
export async function newestHeader(
  folder: ReadableFolder,
): Promise<{ readonly summary: CheckpointSummary | null; readonly isNewer: boolean }> {
  const { found, refused } = await newestOf(folder, readFile);
  return { summary: found?.summary ?? null, isNewer: refused.some(({ isNewer }) => isNewer) };
}

/** The file of a checkpoint whose header is verified. */
export interface CheckpointFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly summary: CheckpointSummary;
}

/** Returns the file of the newest checkpoint whose header is verified; `null` when there is none. */
export async function newestFile(folder: ReadableFolder): Promise<CheckpointFile | null> {
  return (await newestOf(folder, readFile)).found;
}

async function readFile(source: ByteSource, name: string): Promise<CheckpointFile> {
  const summary = parseSummary(await readSummary(source));
  return { name, summary, sizeBytes: source.sizeBytes };
}

async function newestOf<T>(
  folder: ReadableFolder,
  read: (source: ByteSource, name: string) => Promise<T>,
): Promise<{ found: T | null; refused: readonly RefusedCheckpoint[] }> {
  const refused: RefusedCheckpoint[] = [];
  for (const name of await namesInOrder(folder)) {
    try {
      return { found: await read(await folder.open(name), name), refused };
    } catch (error) {
      refused.push({ name, reason: reasonOf(error), isNewer: isOfNewerProgram(error) });
    }
  }
  return { found: null, refused };
}

/** Newest first. */
async function namesInOrder(folder: ReadableFolder): Promise<readonly string[]> {
  const names = (await folder.names()).filter((name) => NAME.test(name));
  return names.toSorted((one, other) => serialOf(other) - serialOf(one));
}

function serialOf(name: string): number {
  return Number(NAME.exec(name)?.[1] ?? 0);
}

/** Without this, each kill during the writing would leave a file, and such files would count among those that are kept. */
async function removeIncomplete(folder: CheckpointFolder): Promise<void> {
  for (const name of await namesInOrder(folder)) {
    const isWhole = await folder.open(name).then(hasPreamble);
    if (!isWhole) await folder.remove(name);
  }
}

async function removeAll(folder: CheckpointFolder, names: readonly string[]): Promise<void> {
  for (const name of names) await folder.remove(name);
}
