/**
 * Helper threads of one memory: workers that run `serve` of `kernels/run.ts` beside the thread that asks. How a worker
 * is started differs between browsers (`startHelperWorker.ts`) and Node, so that is given.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { stopThreads } from "./stopThreads.ts";

/** What a helper needs; crosses `postMessage`. */
export interface HelperTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control block. */
  readonly control: number;
  /** Counts from 1. */
  readonly thread: number;
}

/** What a helper says: that it listens, or why it does not any more. */
export type HelperReport =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly reason: string };

export interface HelperWorker {
  terminate(): void;
}

/** Starts a worker; `onReport` hears it once it listens and when it fails. */
export type StartHelper = (
  task: HelperTask,
  onReport: (report: HelperReport) => void,
) => HelperWorker;

export interface Threading {
  /** All threads, the asking one included: at least 1. */
  readonly threads: number;
  readonly startHelper: StartHelper;
}

const PATIENCE_MS = 20_000;

export class HelperThreads {
  /** Once all of them listen. Rejects with `engine.unavailable` where one does not come. */
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
    // Whoever runs a step hears of it there; a run that is never started need not.
    this.ready.catch(() => {});
  }

  /** No thread waits any more, those within a step included. */
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
