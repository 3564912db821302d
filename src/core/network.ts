/**
 * Waiting for the network: it comes back by itself, and nobody knows when. Owns how long is waited between two attempts,
 * what is waited for now, and who is told. It refuses to give up by itself and to know what is fetched: the error says
 * whether it may pass by itself (`context.isTemporary`) or whether what came was damaged (`context.isDamaged`). Each thread has one, `network`; a worker's waits are told to the
 * page (`protocol/events.ts`).
 */
import { PlaygroundError, reasonOf } from "./errors.ts";

const FIRST_DELAY_MS = 300;
const DELAY_FACTOR = 3;
const LONGEST_DELAY_MS = 10_000;
/** A file that comes damaged so often lies damaged on the server. */
const MAX_DAMAGED = 3;
/** One or two failures that pass within a second are nobody's business. */
const ATTEMPTS_UNTOLD = 2;
/** A server that says nothing for so long is told of, and asked anew after the second of these. */
const SILENCE_TOLD_MS = 5_000;
const LONGEST_SILENCE_MS = 30_000;

/** Something that has not come yet and is asked for again and again. Plain data. */
export interface NetworkWait {
  /** The file, as people know it. */
  readonly what: string;
  /** Why it has not come, as part of a sentence. */
  readonly reason: string;
  /** When the first attempt failed; milliseconds since 1970. */
  readonly sinceMs: number;
  /** Those that have failed. */
  readonly attempts: number;
}

export interface Attempt {
  /** Ends with the whole wait, or when this attempt is to make room for another. */
  readonly signal: AbortSignal;
  /** Of the file so far, this one not counted. From the second on, caches are to be passed by. */
  readonly numDamaged: number;
  /** Something has arrived: the server is not silent. */
  heard(): void;
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Where somebody looks on, who is to be told soon and asks again himself. Default: any number. */
  readonly mostAttempts?: number;
}

export interface Network {
  /**
   * Makes attempts until one succeeds, however long that takes: at once, then after growing delays, and whenever
   * somebody asks for it. A damaged file is fetched three times at most.
   * @throws what an attempt threw that does not pass by itself; the signal's reason when aborted
   */
  untilThere<T>(
    what: string,
    attemptOnce: (attempt: Attempt) => Promise<T>,
    options?: WaitOptions,
  ): Promise<T>;
  /** What is waited for now, here and in the threads that have told of it. */
  waits(): readonly NetworkWait[];
  /** What another thread waits for now, in place of what it waited for before. */
  relay(thread: object, waits: readonly NetworkWait[]): void;
  /** Ends the delays, and attempts on which a server is silent. */
  tryAgain(): void;
  /** Told of each change of `waits` and of each `tryAgain`. */
  subscribe(listener: (change: "waits" | "tryAgain") => void): () => void;
}

export interface NetworkOptions {
  /** In place of the clock: resolves after so long, or when `signal` ends. */
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

export function createNetwork({ sleep = sleepFor }: NetworkOptions = {}): Network {
  const waits = new Map<object, readonly NetworkWait[]>();
  const listeners = new Set<(change: "waits" | "tryAgain") => void>();
  const wakers = new Set<() => void>();
  const tell = (change: "waits" | "tryAgain") => {
    for (const listener of listeners) listener(change);
  };
  const note = (key: object, some: readonly NetworkWait[]) => {
    if (some.length > 0) waits.set(key, some);
    else if (!waits.delete(key)) return;
    tell("waits");
  };

  /** Resolves after the delay, when it is to be tried again, or when `signal` ends. */
  async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    const waking = new AbortController();
    const wake = () => waking.abort();
    wakers.add(wake);
    try {
      await sleep(delayMs, joined(waking.signal, signal));
    } finally {
      wakers.delete(wake);
    }
  }

  async function attemptInTime<T>(
    attemptOnce: (attempt: Attempt) => Promise<T>,
    numDamaged: number,
    signal: AbortSignal | undefined,
    onSilence: () => void,
  ): Promise<T> {
    const ending = new AbortController();
    const end = () => ending.abort(new PlaygroundError(SILENT));
    let timers: ReturnType<typeof setTimeout>[] = [];
    const heard = () => {
      for (const timer of timers) clearTimeout(timer);
      wakers.delete(end);
      const silent = () => {
        wakers.add(end);
        onSilence();
      };
      timers = [setTimeout(silent, SILENCE_TOLD_MS), setTimeout(end, LONGEST_SILENCE_MS)];
    };
    heard();
    try {
      const attempt = { signal: joined(ending.signal, signal), numDamaged, heard };
      // Not everything that is asked for listens to the signal.
      return await Promise.race([attemptOnce(attempt), rejectedBy(attempt.signal)]);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      wakers.delete(end);
    }
  }

  return {
    async untilThere(what, attemptOnce, options = {}) {
      const { signal, mostAttempts = Number.POSITIVE_INFINITY } = options;
      const key = {};
      let sinceMs: number | undefined;
      let numDamaged = 0;
      const noteWait = (reason: string, attempts: number) => {
        sinceMs ??= Date.now();
        note(key, [{ what, reason, sinceMs, attempts }]);
      };
      try {
        for (let attempts = 1; ; attempts += 1) {
          signal?.throwIfAborted();
          try {
            return await attemptInTime(attemptOnce, numDamaged, signal, () =>
              noteWait(SILENT.rule, attempts),
            );
          } catch (error) {
            signal?.throwIfAborted();
            if (isDamaged(error)) numDamaged += 1;
            const mayPass = isTemporary(error) || (isDamaged(error) && numDamaged < MAX_DAMAGED);
            if (!mayPass || attempts >= mostAttempts) throw error;
            sinceMs ??= Date.now();
            if (attempts >= ATTEMPTS_UNTOLD) noteWait(reasonOf(error), attempts);
          }
          await pause(delayAfter(attempts), signal);
        }
      } finally {
        note(key, []);
      }
    },
    waits: () => [...waits.values()].flat(),
    relay: note,
    tryAgain() {
      for (const wake of [...wakers]) wake();
      tell("tryAgain");
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** This thread's. Browsers tell pages and workers when a connection is back. */
export const network = createNetwork();
globalThis.addEventListener?.("online", () => network.tryAgain());

/** Milliseconds before the next attempt: 300, 900, 2,700, 8,100, then always 10,000. */
function delayAfter(attempts: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * DELAY_FACTOR ** (attempts - 1));
}

/** Whether a server that answers so may answer otherwise later: too busy, too slow, or broken at the moment. */
export function isTemporaryStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

export function isTemporary(error: unknown): error is PlaygroundError {
  return error instanceof PlaygroundError && error.context.isTemporary === true;
}

function isDamaged(error: unknown): boolean {
  return error instanceof PlaygroundError && error.context.isDamaged === true;
}

const SILENT = {
  code: "data.unreachable",
  where: "Network",
  rule: "the server says nothing",
  remedy: "Check the connection, then try again.",
  context: { isTemporary: true, reason: "the server says nothing" },
} as const;

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function joined(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

function sleepFor(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}
