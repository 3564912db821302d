/**
 * Caches shards that were read and verified, so that no later epoch or run fetches them again. They go into the browser's Cache
 * Storage, which outlives the page, and into memory where that is missing (plain http, private windows, a full disk). The size
 * is limited. A cached shard is not trusted: the reader verifies it like one from the network.
 */

/** The whole Fashion-MNIST is 30 MB. Shards beyond this limit are fetched again. */
const MOST_BYTES = 64e6;
const CACHE_NAME = "xception-playground.shards";

export interface KeptShards {
  /** Returns the packed bytes as they arrived; undefined when they are not cached. */
  take(url: string, sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  keep(url: string, sha256: string, packed: Uint8Array<ArrayBuffer>): Promise<void>;
  forget(url: string, sha256: string): Promise<void>;
  /** Deletes files in the folder that are not in the list, because they belong to an older build of the set. */
  retain(
    folder: string,
    current: readonly { readonly url: string; readonly sha256: string }[],
  ): Promise<void>;
}

/** Includes the checksum, because another build of the set may use the same file name. */
function keyOf(url: string, sha256: string): string {
  return `${url}?sha256=${sha256}`;
}

/** Caches in this thread's memory, up to `mostBytes`. Shards that do not fit are not cached. */
export function keepInMemory(mostBytes = MOST_BYTES): KeptShards {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  let numBytes = 0;
  const drop = (key: string) => {
    numBytes -= kept.get(key)?.length ?? 0;
    kept.delete(key);
  };
  return {
    take: async (url, sha256) => kept.get(keyOf(url, sha256)),
    async keep(url, sha256, packed) {
      const key = keyOf(url, sha256);
      if (kept.has(key) || numBytes + packed.length > mostBytes) return;
      kept.set(key, packed);
      numBytes += packed.length;
    },
    forget: async (url, sha256) => drop(keyOf(url, sha256)),
    async retain(folder, current) {
      const keys = new Set(current.map(({ url, sha256 }) => keyOf(url, sha256)));
      for (const key of [...kept.keys()]) if (key.startsWith(folder) && !keys.has(key)) drop(key);
    },
  };
}

/** The part of a browser's cache that is used. */
interface ShardCache {
  match(key: string | Request): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  delete(key: string | Request): Promise<boolean>;
  keys(): Promise<readonly Request[]>;
}

/** Caches in the browser, and in memory what the browser does not store. */
export function keepInBrowser(
  caches: { open(name: string): Promise<ShardCache> },
  { mostBytes = MOST_BYTES, memory = keepInMemory() } = {},
): KeptShards {
  let opened: Promise<ShardCache> | undefined;
  const cache = () => {
    opened ??= caches.open(CACHE_NAME);
    return opened;
  };
  const numBytes = async (folder: string) => {
    const requests = await (await cache()).keys();
    const inFolder = requests.filter(({ url }) => url.startsWith(folder));
    const sizes = await Promise.all(
      inFolder.map(async (request) => {
        const found = await (await cache()).match(request);
        return Number(found?.headers.get("Content-Length") ?? 0);
      }),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  return {
    async take(url, sha256) {
      const found = await cache()
        .then((open) => open.match(keyOf(url, sha256)))
        .catch(() => undefined);
      if (found === undefined) return memory.take(url, sha256);
      return new Uint8Array(await found.arrayBuffer());
    },
    async keep(url, sha256, packed) {
      try {
        const folder = url.slice(0, url.lastIndexOf("/") + 1);
        if ((await numBytes(folder)) + packed.length > mostBytes) return;
        const headers = { "Content-Length": String(packed.length) };
        await (await cache()).put(keyOf(url, sha256), new Response(packed, { headers }));
      } catch {
        await memory.keep(url, sha256, packed);
      }
    },
    async forget(url, sha256) {
      await memory.forget(url, sha256);
      await cache()
        .then((open) => open.delete(keyOf(url, sha256)))
        .catch(() => false);
    },
    async retain(folder, current) {
      await memory.retain(folder, current);
      const keys = new Set(current.map(({ url, sha256 }) => keyOf(url, sha256)));
      try {
        const open = await cache();
        for (const request of await open.keys())
          if (request.url.startsWith(folder) && !keys.has(request.url)) await open.delete(request);
      } catch {
        // A browser that stores nothing has nothing to delete.
      }
    },
  };
}

/** This thread's cache, in the browser where that works. */
export const KEPT_SHARDS: KeptShards =
  "caches" in globalThis ? keepInBrowser(globalThis.caches) : keepInMemory();
