/**
 * Wraps an executor so that training survives the loss of its device. It copies the state from time to time; checkpoints on the
 * disk hold the same copies. After a loss it opens another device, restores the newest copy, reads the batches since then again,
 * repeats their steps at the same learning rates, and retries the call that failed. The caller only notices the time: curve,
 * epochs and the bits of the weights are those of a run without a loss. It works for any engine.
 */

import type { LossGuard } from "../../exec/device/lostDevice.ts";
import type {
  Batch,
  Evaluation,
  ExecutorInfo,
  ExecutorMemory,
  ExecutorState,
  RestorableExecutor,
  StepWork,
  Trainer,
  TrainingExecutor,
  TrainingMetrics,
} from "../../exec/executor.ts";
import { leavingUnchanged } from "../loop/batchStatistics.ts";
import { deviceLostError, guardExecutor, reasonOfLoss } from "./deviceLost.ts";

/** This many losses end a run, because an adapter that is lost so often is unusable. */
const MOST_LOSSES = 3;
/** Copying takes at most this share of the time; a copy that costs nothing is made every two seconds. */
const COPY_SHARE = 1 / 50;
const COPY_INTERVAL_MS = 2000;
/** Waits before each attempt to open another device, because a restarting driver offers no adapter for a while. */
const REOPEN_AFTER_MS = [0, 500, 2000];

/** A lost device and how the run recovered. */
export interface Recovery {
  /** The reason that the device gave. */
  readonly reason: string;
  /** The number of steps done when the device was lost. */
  readonly step: number;
  /** The number of steps in the restored state. The steps after it were repeated. */
  readonly resumedStep: number;
}

export interface RecoveryOptions {
  readonly executor: RestorableExecutor;
  /** The state of a checkpoint that the run goes on from. The executor has been restored to it. */
  readonly from?: ExecutorState;
  /** Opens the same engine again, in its state before the first step. Undefined when a loss ends the run. */
  readonly reopen: (() => Promise<RestorableExecutor>) | undefined;
  /** Returns the batches of the steps from this one on, counted from 0, as they were trained on. */
  readonly batchesSince: (step: number) => AsyncIterable<Batch>;
  readonly onLost?: (reason: string) => void;
  readonly onRecovered?: (recovery: Recovery) => void;
  /** Returns milliseconds; tests replace it. */
  readonly now?: () => number;
}

/** Another engine for the same network, with the state that it goes on from. */
export interface Replacement extends Pick<RecoveryOptions, "executor" | "reopen"> {
  readonly state: ExecutorState;
}

export class RecoveringExecutor implements TrainingExecutor {
  /** Never resolves: a loss that it cannot recover from is thrown as the error of the call. */
  readonly deviceLost: Promise<string> = new Promise(() => {});
  readonly #options: RecoveryOptions;
  #reopen: RecoveryOptions["reopen"];
  readonly #now: () => number;
  #executor: RestorableExecutor;
  #guard: LossGuard;
  #isDisposed = false;
  #losses = 0;
  #step = 0;
  /** Undefined means the engine's state as it was opened. */
  #copy: ExecutorState | undefined;
  /** A checkpoint is being made of the copy, so it must stay as it is. */
  #isLent: boolean;
  /** The copy before, whose memory the next one takes. */
  #spare: ExecutorState | undefined;
  #takesSpare = true;
  #copiedAt: number;
  #copyMs = 0;
  /** The learning rates of the steps since the copy. */
  #rates: number[] = [];
  /** How many of these steps have been read by `readMetrics`. */
  #numRead = 0;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#reopen = options.reopen;
    this.#now = options.now ?? (() => performance.now());
    this.#executor = options.executor;
    this.#guard = guardExecutor(options.executor);
    this.#copiedAt = this.#now();
    this.#copy = options.from;
    this.#isLent = options.from !== undefined;
    this.#step = options.from?.step ?? 0;
  }

  get info(): ExecutorInfo {
    return this.#executor.info;
  }

  get stepWork(): StepWork | undefined {
    return this.#executor.stepWork;
  }

  /** The newest state kept outside the device. It is what is left of a run whose device is gone. */
  get copy(): ExecutorState | undefined {
    return this.#copy;
  }

  async trainStep(batch: Batch, learningRate: number): Promise<void> {
    await this.#attempt((executor) => executor.trainStep(batch, learningRate));
    this.#step += 1;
    // Without another device no step is repeated, and the list would grow during the whole run.
    if (this.#reopen !== undefined) this.#rates.push(learningRate);
  }

  async readMetrics(): Promise<TrainingMetrics> {
    const metrics = await this.#attempt((executor) => executor.readMetrics());
    this.#numRead = this.#rates.length;
    // A state with NaN or infinity is useless to restore.
    const isUsable = Number.isFinite(metrics.lastLoss) && metrics.hasNotFinite === undefined;
    if (this.#copyIsDue() && isUsable) await this.#makeCopy();
    return metrics;
  }

  /**
   * Collects an asynchronous stream before evaluating, so that the evaluation can be repeated after a loss. A caller with many
   * batches should evaluate them in parts.
   */
  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const repeatable = Symbol.asyncIterator in batches ? await collected(batches) : batches;
    return this.#attempt((executor) => executor.evaluate(repeatable, onProgress));
  }

  predict(batch: Batch): Promise<Float32Array> {
    return this.#attempt((executor) => executor.predict(batch));
  }

  readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#attempt((executor) => executor.readWeights());
  }

  /**
   * Returns a copy of the state after the newest step, which later copies leave unchanged. Requires that all steps taken have
   * been read.
   */
  async readState(): Promise<ExecutorState> {
    const state = this.#copy?.step === this.#step ? this.#copy : await this.#makeCopy();
    this.#isLent = true;
    return state;
  }

  /**
   * Replaces weights and moving statistics by those of an earlier step. A loss of the device goes on from these. Requires that
   * all steps taken have been read.
   * @param weights keyed by path, as `readWeights` returns them
   */
  async restoreWeights(weights: ReadonlyMap<string, Float32Array>): Promise<void> {
    const { step, vectors } = await this.readState();
    const copy = { step, vectors: new Map([...vectors, ...weights]) };
    this.#copy = copy;
    this.#forgetSteps();
    await this.#attempt(async (executor) => executor.writeState(copy));
  }

  /**
   * Closes the engine and goes on with another one, which continues from the same step. A loss of the device opens that one again.
   * Requires that all steps taken have been read.
   *
   * @param open opens the other engine in the state that it returns. When it fails, the copy of the state is what is left.
   */
  async replace(open: (from: ExecutorState) => Promise<Replacement>): Promise<void> {
    const from = await this.readState();
    disposeQuietly(this.#executor);
    const { executor, reopen, state } = await open(from);
    this.#executor = executor;
    this.#guard = guardExecutor(executor);
    this.#reopen = reopen;
    this.#copy = state;
    this.#spare = undefined;
    this.#forgetSteps();
  }

  /** Runs work that leaves the engine's state unchanged, and repeats it when the device is lost meanwhile. */
  unchanged<T>(act: (executor: Trainer) => Promise<T>): Promise<T> {
    return this.#attempt((executor) => leavingUnchanged(executor, act));
  }

  memory(): ExecutorMemory {
    return this.#executor.memory();
  }

  dispose(): void {
    this.#isDisposed = true;
    // A caller that still holds the disposed executor does not need its state.
    this.#copy = undefined;
    this.#spare = undefined;
    this.#executor.dispose();
  }

  async #attempt<T>(act: (executor: RestorableExecutor) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#guard(() => act(this.#executor));
      } catch (error) {
        const reason = await reasonOfLoss(this.#executor, error);
        if (reason === undefined || this.#isDisposed) throw error;
        await this.#recover(reason);
      }
    }
  }

  async #recover(firstReason: string): Promise<void> {
    for (let reason: string | undefined = firstReason; reason !== undefined; ) {
      this.#losses += 1;
      const reopen = this.#reopen;
      const { onLost } = this.#options;
      if (reopen === undefined) throw deviceLostError(this.info, reason);
      if (this.#losses >= MOST_LOSSES)
        throw deviceLostError(this.info, `${reason}; it is the loss number ${this.#losses}`);
      onLost?.(reason);
      const told = reason;
      reason = await this.#goOn(await this.#opened(reopen, told));
      if (reason === undefined) this.#tell(told);
    }
  }

  #tell(reason: string): void {
    const resumedStep = this.#copy?.step ?? 0;
    this.#options.onRecovered?.({ reason, step: this.#step, resumedStep });
  }

  /** @throws PlaygroundError `engine.device-lost` when no other device can be opened. */
  async #opened(
    reopen: () => Promise<RestorableExecutor>,
    reason: string,
  ): Promise<RestorableExecutor> {
    disposeQuietly(this.#executor);
    let why: unknown;
    for (const wait of REOPEN_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      try {
        return await reopen();
      } catch (error) {
        why = error;
      }
    }
    const words = why instanceof Error ? why.message.replace(/[.]$/, "") : String(why);
    throw deviceLostError(this.info, `${reason}; no other could be opened (${words})`);
  }

  /**
   * Restores the copy and repeats the steps since then.
   * @returns the reason when this device is lost as well.
   */
  async #goOn(executor: RestorableExecutor): Promise<string | undefined> {
    const guard = guardExecutor(executor);
    this.#executor = executor;
    this.#guard = guard;
    try {
      if (this.#copy !== undefined) executor.writeState(this.#copy);
      await this.#repeatSteps(executor, guard);
      return undefined;
    } catch (error) {
      const reason = await reasonOfLoss(executor, error);
      if (reason === undefined) throw error;
      return reason;
    }
  }

  async #repeatSteps(executor: RestorableExecutor, guard: LossGuard): Promise<void> {
    const rates = this.#rates;
    if (rates.length === 0) return;
    let numRepeated = 0;
    for await (const batch of this.#options.batchesSince(this.#copy?.step ?? 0)) {
      await guard(() => executor.trainStep(batch, rates[numRepeated] ?? 0));
      numRepeated += 1;
      // These sums were reported before, so they are read and dropped.
      if (numRepeated === this.#numRead) await guard(() => executor.readMetrics());
      if (numRepeated === rates.length) return;
    }
  }

  #copyIsDue(): boolean {
    if (this.#rates.length === 0 || this.#reopen === undefined) return false;
    const interval = Math.max(COPY_INTERVAL_MS, this.#copyMs / COPY_SHARE);
    return this.#now() - this.#copiedAt >= interval;
  }

  /** Requires that all steps taken have been read. */
  async #makeCopy(): Promise<ExecutorState> {
    const started = this.#now();
    const [before, spare] = [this.#copy, this.#spare];
    const copy = await this.#attempt((executor) => executor.readState(spare));
    if (spare !== undefined && firstOf(copy) !== firstOf(spare)) this.#takesSpare = false;
    this.#spare = this.#isLent || !this.#takesSpare ? undefined : before;
    this.#copy = copy;
    this.#isLent = false;
    this.#copiedAt = this.#now();
    this.#copyMs = this.#copiedAt - started;
    this.#forgetSteps();
    return copy;
  }

  #forgetSteps(): void {
    this.#rates = [];
    this.#numRead = 0;
  }
}

function firstOf({ vectors }: ExecutorState): Float32Array | Float64Array | undefined {
  return vectors.values().next().value;
}

/** Ignores errors, because disposing a lost device may fail. */
function disposeQuietly(executor: RestorableExecutor): void {
  try {
    executor.dispose();
  } catch {
    // The executor is not used any more.
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
