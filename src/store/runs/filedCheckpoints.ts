/**
 * Checkpoints that come from files: a worker verifies and keeps them. One without a record, which the terminal wrote, gets the
 * record that the run would have had on this page.
 */
import type { RunClient } from "../../client/runClient.ts";
import type { SerializedError } from "../../core/errors.ts";
import { parseEvent, type WorkerEvent, type WorkerEventOf } from "../../protocol/events.ts";
import type { RunHead, RunRecord } from "../../runs/runRecord.ts";
import { createRequests } from "../requests.ts";
import { evaluationAfter, noEvaluation } from "../run/evaluationState.ts";
import { runAfter, startedRun } from "../run/runState.ts";
import { createRecorder, type RunRecorder } from "./recordOf.ts";

export type StoredCheckpoint = WorkerEventOf<"checkpoint.stored">;

/** Why a checkpoint from a file is not kept. */
export class StoringError extends Error {
  /** Whether the file is at fault, and not the storage. */
  readonly isOfFile: boolean;

  constructor({ code, message }: SerializedError) {
    super(message);
    this.isOfFile = code === "file.invalid";
  }
}

/**
 * Keeps a checkpoint.
 * @param name of the file, for messages
 * @param runId the run or the race that it must be of
 * @throws StoringError with the reason in one sentence
 */
export type StoreCheckpoint = (
  file: Blob,
  name: string,
  runId?: string,
) => Promise<StoredCheckpoint>;

export function createCheckpointStoring(
  connect: (onEvent: (event: WorkerEvent) => void) => RunClient,
): StoreCheckpoint {
  const requests = createRequests<
    StoredCheckpoint | WorkerEventOf<"checkpoint.refused">,
    StoredCheckpoint
  >((answer) => (answer.type === "checkpoint.stored" ? answer : new StoringError(answer.error)));
  const client = connect((event) => {
    if (event.type === "checkpoint.stored" || event.type === "checkpoint.refused")
      requests.receive(event);
  });
  return (file, name, runId) => requests.answerTo(client.storeCheckpoint(file, name, runId));
}

/** A checkpoint does not say what computed it. */
const ELSEWHERE: RunHead["machine"] = { browser: "the terminal", cores: 0, memoryGb: null };

export function recordOfCheckpoint(stored: StoredCheckpoint): RunRecord {
  const { storedRun: runId, settings, recipe, savedAt, isFinished, step } = stored;
  let run = startedRun(runId, settings);
  let evaluation = noEvaluation();
  let recorder: RunRecorder | undefined;
  const take = (event: WorkerEvent): RunRecorder => {
    run = runAfter(run, event);
    evaluation = evaluationAfter(evaluation, event);
    const { confusion, test } = evaluation;
    const facts = { kind: "run", group: null, wasReset: false, recipeId: recipe } as const;
    const observed = { ...facts, run, confusion, test };
    const known = recorder ?? createRecorder(observed, ELSEWHERE, savedAt);
    known.observe(observed);
    return known;
  };
  for (const value of stored.history) recorder = take(parseEvent(value));
  const trainMs = run.progress?.trainMs ?? 0;
  if (isFinished || recorder === undefined)
    recorder = take({ type: "run.finished", runId, step, trainMs });
  const { head, body } = recorder.record(savedAt);
  const outcome = isFinished ? "finished" : "stopped";
  return { head: { ...head, outcome, startedAt: Math.max(0, savedAt - trainMs) }, body };
}
