/**
 * How files are reached: fetch, waiting, retries and their report. Everything here can be replaced, so that
 * tests (and Node without a server) bring their own. Knows nothing of manifests and shards.
 */
import { type ErrorCode, PlaygroundError } from "../core/errors.ts";

/** A file is asked for again after a failure: at most this many attempts in all. */
const MAX_ATTEMPTS = 3;
const FIRST_DELAY_MS = 300;
/** 300 ms, then 900 ms. */
const DELAY_FACTOR = 3;

const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "data.unreachable",
  "data.shard-corrupt",
]);

/** One failed attempt that is followed by another. */
export interface RetryNotice {
  readonly file: string;
  /** The attempt about to be made: 2 or 3. */
  readonly attempt: number;
  /** Why the one before failed, as part of a sentence. */
  readonly reason: string;
}

export interface DataTransport {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Rejects with the signal's reason when aborted. */
  readonly sleep: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly onRetry: (notice: RetryNotice) => void;
}

export const DEFAULT_TRANSPORT: DataTransport = {
  fetch: (url, init) => fetch(url, init),
  sleep: waitFor,
  onRetry: () => {},
};

/**
 * Runs `attemptOnce` until it succeeds, at most `MAX_ATTEMPTS` times, waiting longer before each. Only what
 * may pass by itself is tried again: an unreachable server and a damaged transfer.
 * @throws what the last attempt threw; the signal's reason when aborted
 */
export async function withRetries<T>(
  file: string,
  transport: DataTransport,
  signal: AbortSignal | undefined,
  attemptOnce: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await attemptOnce(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      const retryable = error instanceof PlaygroundError && RETRYABLE.has(error.code);
      if (!retryable || attempt === MAX_ATTEMPTS) throw error;
      const reason = String(error.context.reason ?? error.message);
      transport.onRetry({ file, attempt: attempt + 1, reason });
    }
    await transport.sleep(FIRST_DELAY_MS * DELAY_FACTOR ** (attempt - 1), signal);
  }
}

/**
 * The response to one request, whatever its status.
 * @param attempt from the second on, caches are passed by: the copy they hold may be the damaged one
 * @throws PlaygroundError `data.unreachable` when there is no response at all
 */
export async function request(
  url: string,
  transport: DataTransport,
  signal: AbortSignal | undefined,
  cache: RequestCache,
): Promise<Response> {
  try {
    return await transport.fetch(url, signal === undefined ? { cache } : { cache, signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(url, "the server does not answer", "a response", reasonOf(error), error);
  }
}

/** The error for a file that does not arrive. `rule` doubles as the reason a retry gives. */
export function unreachable(
  url: string,
  rule: string,
  expected: string,
  got: string,
  cause?: unknown,
): PlaygroundError {
  return new PlaygroundError(
    {
      code: "data.unreachable",
      where: fileNameOf(url),
      rule,
      expected,
      got,
      remedy:
        "Check the connection and that the server which sent this page still runs, then try again.",
      context: { url, reason: `${rule} (${got})` },
    },
    { cause },
  );
}

/** What went wrong, in the words of whoever threw it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `train-00.shard` of `https://host/data/starter/train-00.shard`. */
export function fileNameOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

function waitFor(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
