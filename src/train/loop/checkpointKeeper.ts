/**
 * Decides when a run keeps a checkpoint, and writes it while training goes on. The step waits for the copy out of the engine and
 * for short turns of copying; hashing and writing happen elsewhere. One checkpoint is written at a time.
 */
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { type CheckpointFolder, keepCheckpoint } from "../../checkpoint/checkpointStore.ts";
import { type SerializedError, serializeError } from "../../core/errors.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { unkept } from "./unkept.ts";
import { yieldToEvents } from "./yieldToEvents.ts";

/** A checkpoint is due after this time at the earliest ... */
const LEAST_INTERVAL_MS = 30_000;
/** ... and takes at most this share of the time. */
const SHARE = 1 / 50;
/** A step waits for the copying into the file at most this long, or this share of itself if that is more. */
const TURN_MS = 30;
const TURN_SHARE = 0.05;

export interface KeeperOptions {
  readonly runId: string;
  readonly emit: (event: WorkerEvent) => void;
  readonly folder: CheckpointFolder;
  /** Returns the checkpoint of the newest step. Called between two steps or two parts of an evaluation. */
  readonly take: () => Promise<Checkpoint>;
  /** Milliseconds of a step. */
  readonly stepMs: () => number;
  /** Aborts when no more checkpoints are to be kept. */
  readonly forgotten?: AbortSignal | undefined;
  /** Overrides the least interval; tests do. */
  readonly leastIntervalMs?: number | undefined;
  /** Returns milliseconds; tests replace it. */
  readonly now?: () => number;
}

export interface CheckpointKeeper {
  /** Begins a checkpoint when one is due. Resolves when training may go on. */
  whenDue(): Promise<void>;
  /** Begins a checkpoint now. Does nothing while one is being written, unless it may wait for its end. */
  begin(options: { readonly mayWait: boolean }): Promise<void>;
  /** Resolves when nothing is being written. */
  written(): Promise<void>;
}

export function createCheckpointKeeper(options: KeeperOptions): CheckpointKeeper {
  const { runId, emit, folder, take, stepMs, forgotten } = options;
  const { leastIntervalMs = LEAST_INTERVAL_MS } = options;
  const now = options.now ?? (() => performance.now());
  let beganAt = now();
  let intervalMs = leastIntervalMs;
  let writing: Promise<void> | undefined;
  let kept = "";

  async function write(checkpoint: Checkpoint, copyMs: number): Promise<void> {
    const { step } = checkpoint.summary;
    const turnMs = () => Math.max(TURN_MS, TURN_SHARE * stepMs());
    try {
      const turns = { turnMs, nextTurn: yieldToEvents };
      const { bytes, busyMs } = await keepCheckpoint(folder, checkpoint, turns);
      kept = placeOf(checkpoint);
      intervalMs = Math.max(leastIntervalMs, (copyMs + busyMs) / SHARE);
      emit({ type: "checkpoint.kept", runId, step, bytes, ms: copyMs + busyMs, intervalMs });
    } catch (error) {
      if (forgotten?.aborted) return;
      emit({ type: "checkpoint.failed", runId, step, error: unkeptError(error) });
    }
  }

  async function begin({ mayWait }: { readonly mayWait: boolean }): Promise<void> {
    if (writing !== undefined && !mayWait) return;
    await writing;
    if (forgotten?.aborted) return;
    beganAt = now();
    const checkpoint = await take();
    if (placeOf(checkpoint) === kept) return;
    writing = write(checkpoint, now() - beganAt).finally(() => {
      writing = undefined;
    });
  }

  return {
    begin,
    async whenDue() {
      if (writing === undefined && now() - beganAt >= intervalMs) await begin({ mayWait: false });
    },
    async written() {
      await writing;
    },
  };
}

/** Two checkpoints with the same place are the same, except for settings that were changed while paused. */
function placeOf({ summary, isSettled, changes }: Checkpoint): string {
  return [summary.step, isSettled, summary.isFinished, changes.length].join(" ");
}

function unkeptError(error: unknown): SerializedError {
  return serializeError(unkept(error));
}
