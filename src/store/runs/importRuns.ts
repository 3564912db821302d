/**
 * Adds runs from files: files of runs with or without weights, and checkpoints that the terminal wrote. All of a file is added or
 * nothing; where only the room for weights is missing, the runs come without them and a sentence says so.
 */
import { folderOf } from "../../core/folderOf.ts";
import { network } from "../../core/network.ts";
import { append } from "../../core/numbers.ts";
import { formatCount } from "../../core/units.ts";
import type { FiledRun } from "../../runs/files/runFile.ts";
import { isCheckpoint, isRunFile } from "../../runs/files/runFileName.ts";
import type { RunRecord } from "../../runs/runRecord.ts";
import { recordOfCheckpoint, type StoreCheckpoint, StoringError } from "./filedCheckpoints.ts";

export interface ImportTarget {
  /** Whether the run is here and has not been deleted. */
  isKnown(id: string): boolean;
  add(record: RunRecord): Promise<void>;
  readonly storeCheckpoint: StoreCheckpoint;
  /** Removes the checkpoints of these folders. */
  discard(folders: readonly string[]): Promise<void>;
}

/** The bytes by which a file is recognised. */
const HEAD_BYTES = 100;

/**
 * @returns what was imported, in a sentence
 * @throws PlaygroundError or StoringError when nothing was
 */
export async function importRuns(
  files: readonly File[],
  from: string,
  target: ImportTarget,
): Promise<string> {
  const stored: string[] = [];
  const unkept: string[] = [];
  const records: RunRecord[] = [];
  const store: StoreCheckpoint = async (file, name, runId) => {
    const answer = await target.storeCheckpoint(file, name, runId);
    stored.push(answer.storedRun);
    return answer;
  };
  try {
    for (const file of files)
      append(records, await recordsIn(file, { ...target, storeCheckpoint: store }, unkept));
  } catch (error) {
    await target.discard(stored);
    throw error;
  }
  const added = records.filter(({ head }) => !target.isKnown(head.id));
  for (const record of added) await target.add(record);
  return importedText(added.length, records.length, from, unkept);
}

async function recordsIn(
  file: File,
  target: ImportTarget,
  unkept: string[],
): Promise<readonly RunRecord[]> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (isCheckpoint(head)) return [await checkpointRecord(file, target)];
  const { readRunFile, checkpointsIn } = await network.untilThere(
    "The run file",
    () => import("../../runs/files/runFile.ts"),
  );
  if (isRunFile(head)) {
    const runs = await readRunFile(file, file.name);
    for (const run of runs) await storeWeights(run, file.name, target, unkept);
    return runs;
  }
  const records: RunRecord[] = [];
  for (const checkpoint of await checkpointsIn(file, file.name))
    records.push(await checkpointRecord(checkpoint, target));
  return records.length > 0 ? records : readRunFile(file, file.name);
}

async function checkpointRecord(file: File, target: ImportTarget): Promise<RunRecord> {
  return recordOfCheckpoint(await target.storeCheckpoint(file, file.name));
}

/** Without room the run comes without its weights. */
async function storeWeights(
  { head, checkpoint }: FiledRun,
  name: string,
  target: ImportTarget,
  unkept: string[],
): Promise<void> {
  if (checkpoint === undefined || target.isKnown(head.id)) return;
  try {
    await target.storeCheckpoint(checkpoint, name, folderOf(head.id));
  } catch (error) {
    if (!(error instanceof StoringError) || error.isOfFile) throw error;
    unkept.push(error.message);
  }
}

function importedText(
  numAdded: number,
  numRead: number,
  from: string,
  unkept: readonly string[],
): string {
  const runs = (count: number) => `${formatCount(count)} ${count === 1 ? "run" : "runs"}`;
  const known = numRead - numAdded;
  const rest = known === 0 ? "" : ` ${runs(known)} had been here before and stayed.`;
  const [reason] = unkept;
  const without =
    reason === undefined ? "" : ` The weights of ${runs(unkept.length)} are not kept: ${reason}`;
  return `${runs(numAdded)} imported from ${from}.${rest}${without}`;
}
