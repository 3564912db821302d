/**
 * Fetches files and tells which failures may be temporary. The delays between attempts are in `core/network.ts`. Tests, and
 * Node without a server, can replace everything here. It knows nothing of manifests and shards.
 */
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import { type Attempt, isTemporaryStatus, type Network, network } from "../core/network.ts";
import { receive } from "../core/receive.ts";
import type { KeptShards } from "./keptShards.ts";

export interface DataTransport {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly network: Pick<Network, "untilThere">;
  /** Absent: this thread's cache, which `shardLoader.ts` brings along. */
  readonly kept?: KeptShards;
}

export const DEFAULT_TRANSPORT: DataTransport = {
  fetch: (url, init) => fetch(url, init),
  network,
};

/**
 * Returns the response to one request when it succeeds or has an expected status.
 * @param firstCache the cache mode of the first attempt; later ones bypass the cache, because it may hold a damaged copy
 * @throws PlaygroundError `data.unreachable`: no response, or an unexpected status
 */
export async function request(
  url: string,
  { fetch }: Pick<DataTransport, "fetch">,
  { signal, numDamaged, heard }: Attempt,
  firstCache: RequestCache,
  alsoGood: readonly number[] = [],
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { cache: numDamaged === 0 ? firstCache : "reload", signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PlaygroundError) throw error;
    throw unreachable(url, "the server does not answer", "a response", reasonOf(error), error);
  }
  heard();
  const { ok, status } = response;
  if (ok || alsoGood.includes(status)) return response;
  throw refused(url, status);
}

/**
 * Reads all of a response's body.
 * @throws PlaygroundError `data.unreachable` when it breaks off
 */
export async function whole(
  url: string,
  response: Response,
  { signal, heard }: Attempt,
): Promise<ArrayBuffer> {
  try {
    return await receive(response, heard);
  } catch (error) {
    signal.throwIfAborted();
    throw brokenOff(url, "a whole file", reasonOf(error), error);
  }
}

export function brokenOff(
  url: string,
  expected: string,
  got: string,
  cause: unknown,
): PlaygroundError {
  return unreachable(url, "the connection broke off", expected, got, cause);
}

function unreachable(
  url: string,
  rule: string,
  expected: string,
  got: string,
  cause: unknown,
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
      context: { url, reason: `${rule} (${got})`, isTemporary: true },
    },
    { cause },
  );
}

function refused(url: string, status: number): PlaygroundError {
  const isTemporary = isTemporaryStatus(status);
  return new PlaygroundError({
    code: "data.unreachable",
    where: fileNameOf(url),
    rule: "the server refuses the file",
    expected: "HTTP 200",
    got: `HTTP ${status}`,
    remedy: isTemporary
      ? "Wait a little, then try again."
      : "Build the data with `npm run data` where the page is served from, then reload the page.",
    context: { url, status, isTemporary, reason: `the server refuses the file (HTTP ${status})` },
  });
}

/** Returns the file name: `train-00.shard` of `https://host/data/starter/train-00.shard`. */
export function fileNameOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
