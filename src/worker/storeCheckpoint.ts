/** Verifies a checkpoint that comes from a file, and keeps it like that of a run of this page. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { keepCheckpoint } from "../checkpoint/checkpointStore.ts";
import { readForeignCheckpoint } from "../checkpoint/foreignCheckpoint.ts";
import { PREAMBLE_BYTES } from "../checkpoint/packedFile.ts";
import { withRunId } from "../checkpoint/withRunId.ts";
import { PlaygroundError } from "../core/errors.ts";
import type { Command } from "../protocol/commands.ts";
import type { WorkerEvent, WorkerEventOf } from "../protocol/events.ts";
import { createRunHistory } from "../train/loop/runHistory.ts";
import { unkept } from "../train/loop/unkept.ts";
import { openCheckpoints } from "./keptRun.ts";

/** @throws PlaygroundError `file.invalid`, or `checkpoint.*` when it cannot be kept */
export async function storeCheckpoint({
  requestId,
  file,
  name,
  runId,
}: Extract<Command, { type: "checkpoint.store" }>): Promise<WorkerEventOf<"checkpoint.stored">> {
  const bytesAt = async (offset: number, length: number) =>
    new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
  const read = await readForeignCheckpoint({ sizeBytes: file.size, read: bytesAt }, name);
  const own = runId ?? `file-${bytesToHex(sha256(await bytesAt(0, PREAMBLE_BYTES))).slice(0, 16)}`;
  if (runId !== undefined && read.summary.runId !== runId)
    throw foreignRun(name, runId, read.summary.runId);
  if (runId === undefined && read.lanes.length > 1)
    throw foreignRun(name, "a run", `a race of ${read.lanes.length} networks`);
  const checkpoint = runId === undefined ? withRunId(read, own) : read;
  const { summary, lanes } = checkpoint;
  const [lane] = lanes;
  const settings = summary.lanes[0]?.settings;
  if (lane === undefined || settings === undefined) throw foreignRun(name, own, "none");
  try {
    const { folder } = await openCheckpoints(own, summary.recipe);
    await keepCheckpoint(folder, checkpoint);
  } catch (error) {
    throw unkept(error);
  }
  const history: WorkerEvent[] = [];
  createRunHistory(lane.history).replay((event) => history.push(event));
  const { recipe, step, savedAt, isFinished } = summary;
  const facts = { storedRun: own, recipe, settings, step, savedAt, isFinished };
  return { type: "checkpoint.stored", requestId, ...facts, history };
}

function foreignRun(where: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "file.invalid",
    where,
    rule: "its checkpoint is of the same run",
    expected,
    got,
    remedy: "Export the run again, or import it without its weights.",
  });
}
