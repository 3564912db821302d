/**
 * An executor that outlives its device. It keeps a copy of the state from time to time and the steps taken since; where
 * the device is lost it opens another, goes back to the copy, takes these steps again, on the same batches at the same
 * rates, and repeats the call that failed. Whoever trains with it notices nothing but the time: curve, batches, epochs and
 * the bits of the weights are those of a run that nothing happened to. It refuses to know which engine that is.
 */
import type {
  Batch,
  Evaluation,
  Executor,
  ExecutorInfo,
  ExecutorMemory,
  ExecutorState,
  StepWork,
  TrainingMetrics,
} from "../../exec/executor.ts";
import { leavingUnchanged } from "../loop/batchStatistics.ts";
import { createLossGuard, deviceLostError, type LossGuard, reasonOfLoss } from "./deviceLost.ts";

/** The loss that ends a run: an adapter that goes so often is no good. */
const MOST_LOSSES = 3;
/** A copy costs at most a fiftieth of the time, and where it costs nothing is made every two seconds. */
const COPY_SHARE = 1 / 50;
const COPY_INTERVAL_MS = 2000;
/** Batches that are kept at most for the steps since the copy. */
const MOST_KEPT_BYTES = 128 * 2 ** 20;
/** A driver that starts anew offers no adapter for a while. */
const REOPEN_AFTER_MS = [0, 500, 2000];

/** A loss and what became of it. */
export interface Recovery {
  /** In the device's words. */
  readonly reason: string;
  /** Steps done when it was lost. */
  readonly step: number;
  /** Steps done in the state that was gone back to; those after it were taken again. */
  readonly resumedStep: number;
}

export interface RecoveryOptions {
  readonly executor: Executor;
  /** The same engine once more, as it was before its first step; undefined where a loss ends the run. */
  readonly reopen: (() => Promise<Executor>) | undefined;
  readonly onLost?: (reason: string) => void;
  readonly onRecovered?: (recovery: Recovery) => void;
  /** Milliseconds; a test has a clock of its own. */
  readonly now?: () => number;
}

interface TakenStep {
  readonly batch: Batch;
  readonly learningRate: number;
}

export class RecoveringExecutor implements Executor {
  /** Never: a loss that it does not outlive is the error of the call. */
  readonly deviceLost: Promise<string> = new Promise(() => {});
  readonly #options: RecoveryOptions;
  readonly #now: () => number;
  #executor: Executor;
  #guard: LossGuard;
  #isDisposed = false;
  #losses = 0;
  #step = 0;
  /** Undefined: as the engine is opened. */
  #copy: ExecutorState | undefined;
  #copiedAt: number;
  #copyMs = 0;
  /** Since the copy. */
  #taken: TakenStep[] = [];
  #takenBytes = 0;
  /** How many of them have been read and told. */
  #numRead = 0;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#executor = options.executor;
    this.#guard = createLossGuard(options.executor);
    this.#copiedAt = this.#now();
  }

  get info(): ExecutorInfo {
    return this.#executor.info;
  }

  get stepWork(): StepWork | undefined {
    return this.#executor.stepWork;
  }

  /** The newest state that is kept beside the device: what is left of a run whose device is gone. */
  get copy(): ExecutorState | undefined {
    return this.#copy;
  }

  async trainStep(batch: Batch, learningRate: number): Promise<void> {
    await this.#attempt((executor) => executor.trainStep(batch, learningRate));
    this.#step += 1;
    if (this.#options.reopen === undefined) return;
    this.#taken.push({ batch, learningRate });
    this.#takenBytes += bytesOf(batch);
  }

  async readMetrics(): Promise<TrainingMetrics> {
    const metrics = await this.#attempt((executor) => executor.readMetrics());
    this.#numRead = this.#taken.length;
    // A state that is lost in numbers is none to go back to.
    const isUsable = Number.isFinite(metrics.lastLoss) && metrics.hasNotFinite === undefined;
    if (this.#copyIsDue() && isUsable) await this.#makeCopy();
    return metrics;
  }

  /** A stream is read whole before: what a lost device had begun is done again. Whoever has many gives them in parts. */
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

  gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#attempt((executor) => executor.gradients(batch));
  }

  readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#attempt((executor) => executor.readWeights());
  }

  readState(): Promise<ExecutorState> {
    return this.#attempt((executor) => executor.readState());
  }

  /** Work on the engine after which it is as it was; begun again where the device is lost in it. */
  unchanged<T>(act: (executor: Executor) => Promise<T>): Promise<T> {
    return this.#attempt((executor) => leavingUnchanged(executor, act));
  }

  /** @throws RangeError always: what a run trains is changed by its steps alone. */
  writeWeights(): never {
    throw new RangeError("weights are written before the first step, where the engine is opened");
  }

  /** @throws RangeError always, as `writeWeights`. */
  writeState(): never {
    return this.writeWeights();
  }

  memory(): ExecutorMemory {
    return this.#executor.memory();
  }

  dispose(): void {
    this.#isDisposed = true;
    // Whoever still holds this one wants neither state nor batches of it.
    this.#copy = undefined;
    this.#forgetSteps();
    this.#executor.dispose();
  }

  async #attempt<T>(act: (executor: Executor) => Promise<T>): Promise<T> {
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
      const { reopen, onLost } = this.#options;
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

  /** @throws PlaygroundError `engine.device-lost` where none comes. */
  async #opened(reopen: () => Promise<Executor>, reason: string): Promise<Executor> {
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

  /** Takes the steps since the copy again. @returns the reason where this device is lost as well. */
  async #goOn(executor: Executor): Promise<string | undefined> {
    const guard = createLossGuard(executor);
    this.#executor = executor;
    this.#guard = guard;
    try {
      if (this.#copy !== undefined) executor.writeState(this.#copy);
      for (const [index, { batch, learningRate }] of this.#taken.entries()) {
        await guard(() => executor.trainStep(batch, learningRate));
        // Sums that were told before are dropped.
        if (index + 1 === this.#numRead) await guard(() => executor.readMetrics());
      }
      return undefined;
    } catch (error) {
      const reason = await reasonOfLoss(executor, error);
      if (reason === undefined) throw error;
      return reason;
    }
  }

  #copyIsDue(): boolean {
    if (this.#taken.length === 0) return false;
    const interval = Math.max(COPY_INTERVAL_MS, this.#copyMs / COPY_SHARE);
    return this.#now() - this.#copiedAt >= interval || this.#takenBytes > MOST_KEPT_BYTES;
  }

  /** All steps taken have been read. */
  async #makeCopy(): Promise<void> {
    const started = this.#now();
    this.#copy = await this.readState();
    this.#copiedAt = this.#now();
    this.#copyMs = this.#copiedAt - started;
    this.#forgetSteps();
  }

  #forgetSteps(): void {
    this.#taken = [];
    this.#takenBytes = 0;
    this.#numRead = 0;
  }
}

/** What is lost already may refuse to be closed. */
function disposeQuietly(executor: Executor): void {
  try {
    executor.dispose();
  } catch {
    // Nothing of it is used any more.
  }
}

function bytesOf(batch: Batch): number {
  const { byteLength } = batch.kind === "pixels" ? batch.pixels : batch.values;
  return byteLength;
}

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
