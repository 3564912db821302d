/**
 * Helper threads of one memory: workers that run `serve` of `kernels/run.ts` beside the calling thread. Browsers
 * (`startHelperWorker.ts`) and Node start workers in different ways, so the caller says how.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { stopThreads } from "./stopThreads.ts";

/** What a helper needs; it goes through `postMessage`. */
export interface HelperTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control block. */
  readonly control: number;
  /** Counts from 1. */
  readonly thread: number;
}

/** A helper reports that it listens, or why it has stopped. */
export type HelperReport =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly reason: string };

export interface HelperWorker {
  terminate(): void;
}

/** Starts a worker. `onReport` is called once it listens, and when it fails. */
export type StartHelper = (
  task: HelperTask,
  onReport: (report: HelperReport) => void,
) => HelperWorker;

export interface Threading {
  /** The number of all threads, the calling one included. */
  readonly threads: number;
  readonly startHelper: StartHelper;
}

const PATIENCE_MS = 20_000;

export class HelperThreads {
  /** Resolves once all helpers listen, and rejects with `engine.unavailable` if one does not start. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when a helper dies. */
  readonly lost: Promise<string>;
  readonly #workers: readonly HelperWorker[];
  readonly #memory: WebAssembly.Memory;
  readonly #control: number;
  #isDisposed = false;

  constructor({ threads, startHelper }: Threading, task: Omit<HelperTask, "thread">) {
    this.#memory = task.memory;
    this.#control = task.control;
    let onLost = (_reason: string) => {};
    this.lost = new Promise((resolve) => {
      onLost = resolve;
    });
    const workers: HelperWorker[] = [];
    const starts = Array.from(
      { length: threads - 1 },
      (_, index) =>
        new Promise<void>((resolve, reject) => {
          const onReport = (report: HelperReport) => {
            if (report.kind === "ready") return resolve();
            if (this.#isDisposed) return;
            reject(didNotStart(report.reason));
            this.stop();
            onLost(`thread ${index + 2}: ${report.reason}`);
          };
          workers.push(startHelper({ ...task, thread: index + 1 }, onReport));
        }),
    );
    this.#workers = workers;
    this.ready = starts.length === 0 ? Promise.resolve() : inTime(Promise.all(starts));
    // A step that awaits `ready` reports the failure; where no step runs, the failure does not matter.
    this.ready.catch(() => {});
  }

  /** Ends the waiting of every thread, also within a step. */
  stop(): void {
    stopThreads(this.#memory, this.#control);
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#workers.length > 0) this.stop();
    for (const worker of this.#workers) worker.terminate();
  }
}

async function inTime(all: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(didNotStart("no answer in 20 s")), PATIENCE_MS);
  });
  try {
    await Promise.race([all, late]);
  } finally {
    clearTimeout(timer);
  }
}

function didNotStart(reason: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.unavailable",
    where: "CPU compiled",
    rule: "every helper thread must start",
    got: reason,
    remedy: "Train on one thread, or reload the page.",
    context: { engine: "wasm", setting: "threads" },
  });
}
