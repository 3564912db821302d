/**
 * Writes runs as one file and reads them back: a zip with JSON and NumPy arrays, described in `docs/run-files.md`. A file is
 * untrusted: everything is checked, and what is wrong is named.
 */
import {
  BlobReader,
  BlobWriter,
  type FileEntry,
  Uint8ArrayReader,
  ZipReader,
  ZipWriter,
} from "@zip.js/zip.js/lib/zip-core-native.js";
import { PlaygroundError, reasonOf } from "../../core/errors.ts";
import { npyBytes } from "../../core/npy.ts";
import { formatBytes, formatCount } from "../../core/units.ts";
import { unpackEntry } from "../../core/unpackEntry.ts";
import { VERSION } from "../../core/version.ts";
import { checkBody, checkHead, newerVersion } from "../checkRecord.ts";
import {
  type Clock,
  type Curve,
  RECORD_VERSION,
  type RunBody,
  type RunHead,
  type RunRecord,
  sizeOf,
} from "../runRecord.ts";
import { readNpy } from "./npy.ts";
import { CHECKPOINT_ENDING, MANIFEST, newestCheckpoints } from "./runFileName.ts";

const FORMAT = "xception-playground-runs";
const MOST_RUNS = 1_000;
/** Entries of one run, with some to spare. */
const MOST_ENTRIES = 10 * MOST_RUNS;
const MOST_ENTRY_BYTES = 128_000_000;
const MOST_CHECKPOINT_BYTES = 1_000_000_000;
const MOST_BYTES = 4_000_000_000;
/** The entry with the weights of a run, and of every network of its race. */
const CHECKPOINT = "run.checkpoint";

/** The order of the rows of each array. */
const COLUMNS = {
  training: ["steps", "losses", "accuracies"],
  validation: ["steps", "losses", "accuracies"],
  clock: ["steps", "trainMs", "learningRates"],
} as const;
type CurveName = keyof typeof COLUMNS;
const CURVES: readonly CurveName[] = ["training", "validation", "clock"];

/** A record with the checkpoint that stands beside it in the file, which is not verified. */
export interface FiledRun extends RunRecord {
  readonly checkpoint?: Blob;
}

/** @param records with different ids */
export async function writeRunFile(records: readonly FiledRun[]): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter("application/zip"));
  const add = async (name: string, bytes: Uint8Array) => {
    await zip.add(name, new Uint8ArrayReader(bytes), { useWebWorkers: false });
  };
  const json = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
  const folders = records.map((_, index) => `runs/${index + 1}`);
  // It comes first, so that the first bytes of the file say what it is.
  await add(MANIFEST, json({ format: FORMAT, version: RECORD_VERSION, program: VERSION, folders }));
  for (const [index, { head, body, checkpoint }] of records.entries()) {
    const folder = folders[index];
    const { classes, matrices } = body;
    const facts = matrices.map(({ step, source, numImages }) => ({ step, source, numImages }));
    const hasCheckpoint = checkpoint !== undefined;
    const run = { ...head, deletedAt: null, classes, matrices: facts, hasCheckpoint };
    await add(`${folder}/run.json`, json(run));
    for (const name of CURVES) await add(`${folder}/${name}.npy`, curveBytes(body, name));
    await add(`${folder}/matrices.npy`, matrixBytes(body));
    // Weights hardly become smaller by packing, which would take minutes.
    const options = { useWebWorkers: false, level: 0 };
    if (checkpoint) await zip.add(`${folder}/${CHECKPOINT}`, new BlobReader(checkpoint), options);
  }
  return zip.close();
}

function curveBytes(body: RunBody, name: CurveName): Uint8Array<ArrayBuffer> {
  const columns = Object.values(body[name]);
  const length = columns[0]?.length ?? 0;
  const values = new Float64Array(columns.length * length);
  for (const [row, column] of columns.entries()) values.set(column, row * length);
  return npyBytes({ shape: [columns.length, length], values });
}

function matrixBytes({ matrices, classes }: RunBody): Uint8Array<ArrayBuffer> {
  const size = classes.length ** 2;
  const values = new Uint32Array(matrices.length * size);
  for (const [index, { counts }] of matrices.entries()) values.set(counts, index * size);
  return npyBytes({ shape: [matrices.length, classes.length, classes.length], values });
}

/**
 * Reads all runs of a file.
 * @param name of the file, for messages
 * @throws PlaygroundError `file.invalid`, `file.too-large`, `run.invalid-record` or `setting.invalid`
 */
export async function readRunFile(file: Blob, name: string): Promise<readonly FiledRun[]> {
  const entries = await entriesOf(file, name);
  const read = (path: string) => readEntry(entries, path, name);
  const manifest = await readJson(read, MANIFEST, name);
  const { format, version, folders } = manifest;
  if (format !== FORMAT)
    throw invalid(name, `its ${MANIFEST} says what it is`, `format ${FORMAT}`, String(format));
  if (typeof version === "number" && version > RECORD_VERSION) throw newerVersion(name, version);
  if (!isListOfFolders(folders))
    throw invalid(
      name,
      `its ${MANIFEST} lists the folders of at most ${MOST_RUNS} runs`,
      "different names",
      typeof folders,
    );
  const records: FiledRun[] = [];
  for (const folder of folders) records.push(await readRun(read, folder, `${name}, ${folder}`));
  if (new Set(records.map(({ head }) => head.id)).size < records.length)
    throw invalid(name, "every run has its own id", "different ids", "the same id twice");
  return records;
}

/** Tells whether a zip has checkpoints in it. @throws PlaygroundError when it is no whole zip */
export async function namesCheckpoints(file: Blob): Promise<boolean> {
  return newestCheckpoints([...(await entriesOf(file, "A zip")).keys()]).length > 0;
}

/**
 * Returns the newest checkpoint of each folder in a zip that is no file of runs, such as one of a folder of the terminal.
 * @throws PlaygroundError `file.invalid` or `file.too-large`
 */
export async function checkpointsIn(file: Blob, name: string): Promise<readonly File[]> {
  const entries = await entriesOf(file, name);
  const checkpoints: File[] = [];
  for (const path of newestCheckpoints([...entries.keys()]))
    checkpoints.push(new File([await readEntry(entries, path, name)], `${name}, ${path}`));
  return checkpoints;
}

function isListOfFolders(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= MOST_RUNS &&
    new Set(value).size === value.length &&
    value.every((folder) => typeof folder === "string")
  );
}

type Read = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

async function readRun(read: Read, folder: string, where: string): Promise<FiledRun> {
  const json = await readJson(read, `${folder}/run.json`, where);
  const { classes, matrices: facts, hasCheckpoint, ...stored } = json;
  const head: RunHead = checkHead({ ...stored, deletedAt: null }, where);
  const numClasses = Array.isArray(classes) ? classes.length : 0;
  const body = checkBody(
    {
      id: head.id,
      classes,
      training: await readCurve(read, folder, "training", where),
      validation: await readCurve(read, folder, "validation", where),
      clock: await readCurve(read, folder, "clock", where),
      matrices: await readMatrices(read, folder, facts, numClasses, where),
    },
    where,
  );
  // A run that was exported while it trained has no end in this browser.
  const outcome = head.outcome === "running" ? "stopped" : head.outcome;
  const record = { head: { ...head, outcome, sizeBytes: sizeOf(body) }, body };
  if (hasCheckpoint !== true) return record;
  return { ...record, checkpoint: new Blob([await read(`${folder}/${CHECKPOINT}`)]) };
}

async function readCurve(
  read: Read,
  folder: string,
  name: CurveName,
  where: string,
): Promise<Partial<Curve & Clock>> {
  const place = `${where}, ${name}.npy`;
  const { shape, values } = readNpy(await read(`${folder}/${name}.npy`), place);
  const names = COLUMNS[name];
  const [numRows, length = 0] = shape;
  if (!(values instanceof Float64Array) || shape.length !== 2 || numRows !== names.length)
    throw invalid(
      place,
      "it has float64 in a row for each column",
      `${names.length} × points`,
      shape.join(" × "),
    );
  return Object.fromEntries(
    names.map((column, row) => [column, values.slice(row * length, (row + 1) * length)]),
  );
}

async function readMatrices(
  read: Read,
  folder: string,
  facts: unknown,
  numClasses: number,
  where: string,
): Promise<readonly object[]> {
  const place = `${where}, matrices.npy`;
  const { shape, values } = readNpy(await read(`${folder}/matrices.npy`), place);
  const isFitting =
    values instanceof Uint32Array &&
    Array.isArray(facts) &&
    shape.join(" ") === [facts.length, numClasses, numClasses].join(" ");
  if (!isFitting || !Array.isArray(facts))
    throw invalid(
      place,
      "it has uint32 in matrices × classes × classes",
      "those of run.json",
      shape.join(" × "),
    );
  const size = numClasses ** 2;
  return facts.map((fact: unknown, index) => ({
    ...(typeof fact === "object" ? fact : {}),
    counts: values.slice(index * size, (index + 1) * size),
  }));
}

async function readJson(
  read: Read,
  path: string,
  where: string,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await read(path);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalid(where, `${path} is JSON`, "valid JSON", reasonOf(error).slice(0, 100));
  }
  if (typeof value !== "object" || value === null)
    throw invalid(where, `${path} is a record`, "an object", String(value).slice(0, 100));
  return { ...value };
}

async function entriesOf(file: Blob, name: string): Promise<ReadonlyMap<string, FileEntry>> {
  const entries = new Map<string, FileEntry>();
  let bytes = 0;
  const zip = new ZipReader(new BlobReader(file), { useWebWorkers: false });
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (entry.directory) continue;
      entries.set(entry.filename, entry);
      bytes += entry.uncompressedSize;
      const isCheckpoint = entry.filename.endsWith(CHECKPOINT_ENDING);
      const most = isCheckpoint ? MOST_CHECKPOINT_BYTES : MOST_ENTRY_BYTES;
      if (entry.uncompressedSize > most || bytes > MOST_BYTES)
        throw tooLarge(name, formatBytes(MOST_BYTES), formatBytes(bytes));
      if (entries.size > MOST_ENTRIES)
        throw tooLarge(name, `${formatCount(MOST_ENTRIES)} entries`, "more");
    }
  } catch (error) {
    if (error instanceof PlaygroundError) throw error;
    throw invalid(name, "it is a whole zip", "a file that this page exported", reasonOf(error));
  }
  return entries;
}

async function readEntry(
  entries: ReadonlyMap<string, FileEntry>,
  path: string,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const entry = entries.get(path);
  if (entry === undefined) throw invalid(name, "nothing is missing in it", path, "no such entry");
  try {
    const bytes = await unpackEntry(entry, entry.uncompressedSize, { checkSignature: true });
    if (bytes.length === entry.uncompressedSize) return bytes;
  } catch (error) {
    throw invalid(`${name}, ${path}`, "it can be unpacked", "a whole entry", reasonOf(error));
  }
  throw invalid(`${name}, ${path}`, "it is as long as the zip says", "a whole entry", "less");
}

function invalid(where: string, rule: string, expected: string, got: string): PlaygroundError {
  const remedy = "Export the runs again.";
  return new PlaygroundError({ code: "file.invalid", where, rule, expected, got, remedy });
}

function tooLarge(where: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "file.too-large",
    where,
    rule: "the file of runs is too large",
    expected: `${expected} at most`,
    got,
    remedy: "Export fewer runs into one file.",
  });
}
