/**
 * Retries network requests until the network is back. It decides the delay between two attempts, knows what is being waited
 * for, and notifies listeners. It never gives up by itself and does not know what is fetched. The error of an attempt says
 * whether it is temporary (`context.isTemporary`) or the file was damaged (`context.isDamaged`). Each thread has one instance,
 * `network`. A worker reports its waits to the page (`protocol/events.ts`).
 */
import { PlaygroundError, reasonOf } from "./errors.ts";

const FIRST_DELAY_MS = 300;
const DELAY_FACTOR = 3;
const LONGEST_DELAY_MS = 10_000;
/** A file that arrives damaged this often is damaged on the server. */
const MAX_DAMAGED = 3;
/** One or two failures that pass within a second are not reported. */
const ATTEMPTS_UNTOLD = 2;
/** A server that stays silent this long is reported. After the second of these times the request is retried. */
const SILENCE_TOLD_MS = 5_000;
const LONGEST_SILENCE_MS = 30_000;

/** Something that has not arrived yet and is requested again and again. Plain data. */
export interface NetworkWait {
  /** The file's name for people. */
  readonly what: string;
  /** Why it has not arrived, as part of a sentence. */
  readonly reason: string;
  /** When the first attempt failed, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** The number of failed attempts. */
  readonly attempts: number;
}

export interface Attempt {
  /** Aborts with the whole wait, or when another attempt replaces this one. */
  readonly signal: AbortSignal;
  /**
   * How many damaged copies of the file have arrived before this attempt. From the second attempt on, it must bypass caches.
   */
  readonly numDamaged: number;
  /** The attempt calls this when data arrive, which shows that the server is not silent. */
  heard(): void;
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** A limit for callers with a waiting person, who sees the failure soon and retries by hand. Default: no limit. */
  readonly mostAttempts?: number;
}

export interface Network {
  /**
   * Retries until an attempt succeeds, however long that takes: at once, then after growing delays, and whenever `tryAgain` is
   * called. A damaged file is fetched three times at most.
   * @throws the error of an attempt when it is not temporary; the signal's reason when aborted
   */
  untilThere<T>(
    what: string,
    attemptOnce: (attempt: Attempt) => Promise<T>,
    options?: WaitOptions,
  ): Promise<T>;
  /** Returns what is being waited for in this thread and in the threads that report to it. */
  waits(): readonly NetworkWait[];
  /** Replaces the list of what another thread waits for. */
  relay(thread: object, waits: readonly NetworkWait[]): void;
  /** Ends the delays, and aborts attempts on which the server is silent. */
  tryAgain(): void;
  /** Notifies of each change of `waits` and of each `tryAgain`. */
  subscribe(listener: (change: "waits" | "tryAgain") => void): () => void;
}

export interface NetworkOptions {
  /** Replaces the clock in tests: resolves after the delay, or when `signal` aborts. */
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

  /** Resolves after the delay, on `tryAgain`, or when `signal` aborts. */
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
      // Some attempts ignore the signal, so the race ends the wait.
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

/** This thread's instance. Browsers fire an `online` event in pages and workers when a connection is back. */
export const network = createNetwork();
globalThis.addEventListener?.("online", () => network.tryAgain());

/** Returns the milliseconds before the next attempt: 300, 900, 2,700, 8,100, then always 10,000. */
function delayAfter(attempts: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * DELAY_FACTOR ** (attempts - 1));
}

/** Whether a later request may succeed after this status: the server is too busy, too slow, or temporarily broken. */
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
