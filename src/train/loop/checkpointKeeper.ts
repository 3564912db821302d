/**
 * Decides when a run keeps a checkpoint, and writes it while training goes on. A step keeps the thread until its end, so between
 * steps training waits for a bounded time in which the writing goes on. Hashing and writing happen in other threads. One
 * checkpoint is written at a time.
 */
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { type CheckpointFolder, keepCheckpoint } from "../../checkpoint/checkpointStore.ts";
import { type SerializedError, serializeError } from "../../core/errors.ts";
import { yieldToEvents } from "../../core/yieldToEvents.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { refusals } from "./refusals.ts";
import type { RunRequest } from "./runControl.ts";
import { unkept } from "./unkept.ts";

/** A crash loses this much training at most, or as much as makes checkpoints take at most `SHARE` of the time. */
const LEAST_INTERVAL_MS = 30_000;
const SHARE = 1 / 50;
/**
 * A step waits for a checkpoint this long, or this share of itself if that is more. What was begun then still ends, so that the
 * whole wait stays below 30 ms or 5 %.
 */
const WAIT_MS = 22;
const WAIT_SHARE = 0.04;

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
  /**
   * Resolves with the number of steps of the newest checkpoint when it is complete.
   * @throws the reason for which the newest one was not kept
   */
  complete(): Promise<number>;
}

export function createCheckpointKeeper(options: KeeperOptions): CheckpointKeeper {
  const { runId, emit, folder, take, stepMs, forgotten } = options;
  const { leastIntervalMs = LEAST_INTERVAL_MS } = options;
  const now = options.now ?? (() => performance.now());
  let beganAt = now();
  // How long writing takes is not known yet.
  let dueAfterMs = leastIntervalMs / 2;
  let writing: Promise<void> | undefined;
  let kept = "";
  /** When the step goes on at the latest, even if the writing has more to do. */
  let waitEndsAt = 0;
  /** Milliseconds for which steps waited for the checkpoint that is being written. */
  let waitedMs = 0;
  let endWait = () => {};

  /** Waits while the writing has work for this thread. @param began when the step that just ended began to wait */
  async function wait(began: number): Promise<void> {
    waitEndsAt = began + Math.max(WAIT_MS, WAIT_SHARE * stepMs());
    const leftMs = waitEndsAt - now();
    if (leftMs > 0) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const over = new Promise<void>((resolve) => {
        endWait = resolve;
        timer = setTimeout(resolve, leftMs);
      });
      await Promise.race([over, writing]);
      clearTimeout(timer);
    }
    waitedMs += now() - began;
  }
  /** Of the newest attempt: the step of the checkpoint, or why it was not kept. */
  let newest: { readonly step: number } | { readonly error: unknown } | undefined;

  /** @param takenAt when the state was copied */
  async function write(checkpoint: Checkpoint, takenAt: number): Promise<void> {
    const copyMs = now() - takenAt;
    const { step } = checkpoint.summary;
    waitedMs = 0;
    try {
      const { bytes, ...spent } = await keepCheckpoint(folder, checkpoint, {
        turnMs: () => waitEndsAt - now(),
        nextTurn: yieldToEvents,
        onElsewhere: () => endWait(),
      });
      kept = placeOf(checkpoint);
      // Copies are made during the waits, or while nothing is trained.
      const ms = Math.max(waitedMs, copyMs + spent.copyMs) + spent.elsewhereMs;
      newest = { step };
      const writingMs = now() - takenAt;
      // Until a checkpoint is written, a crash goes back to the one before, so the next one begins that much earlier.
      const intervalMs = Math.max(leastIntervalMs, ms / SHARE + writingMs);
      dueAfterMs = intervalMs - writingMs;
      emit({ type: "checkpoint.kept", runId, step, bytes, ms, intervalMs });
    } catch (error) {
      newest = { error: unkept(error) };
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
    writing = write(checkpoint, beganAt).finally(() => {
      writing = undefined;
    });
    await wait(beganAt);
  }

  return {
    begin,
    async whenDue() {
      if (writing !== undefined) await wait(now());
      else if (now() - beganAt >= dueAfterMs) await begin({ mayWait: false });
    },
    async written() {
      await writing;
    },
    async complete() {
      await writing;
      if (newest === undefined || forgotten?.aborted) throw refusals.unkept();
      if ("error" in newest) throw newest.error;
      return newest.step;
    },
  };
}

/** Serves the request of a person, a page or another tab for a checkpoint. A run without a place for them refuses it. */
export async function serveKeep(
  keeper: CheckpointKeeper | undefined,
  { kept, refuse }: Extract<RunRequest, { readonly type: "keep" }>,
  isClosing: boolean,
): Promise<void> {
  if (keeper === undefined) {
    refuse(refusals.unkept());
    return;
  }
  await keeper.begin({ mayWait: isClosing || kept !== undefined });
  if (kept !== undefined) keeper.complete().then(kept, refuse);
}

/** Two checkpoints with the same place are the same, except for settings that were changed while paused. */
function placeOf({ summary, isSettled, changes }: Checkpoint): string {
  return [summary.step, isSettled, summary.isFinished, changes.length].join(" ");
}

function unkeptError(error: unknown): SerializedError {
  return serializeError(unkept(error));
}
