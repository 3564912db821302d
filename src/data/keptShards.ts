/**
 * Shards that were read and verified, kept so that no epoch and no later run asks the network for them again: in the
 * browser's Cache Storage, which outlives the page, and in memory where there is none (plain http, private windows, a full
 * disk). Bounded. It refuses to vouch for what it keeps: whoever takes a shard verifies it as one from the network.
 */

/** The whole Fashion-MNIST is 30 MB; what is larger is fetched again where it does not fit. */
const MOST_BYTES = 64e6;
const CACHE_NAME = "xception-playground.shards";

export interface KeptShards {
  /** The packed bytes as they came; undefined where they are not kept. */
  take(url: string, sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  keep(url: string, sha256: string, packed: Uint8Array<ArrayBuffer>): Promise<void>;
  forget(url: string, sha256: string): Promise<void>;
  /** Lets go of what lies in the folder and is none of these: an older build of the set. */
  retain(
    folder: string,
    current: readonly { readonly url: string; readonly sha256: string }[],
  ): Promise<void>;
}

/** One content of one file: after another build of the set, the name may be the same. */
function keyOf(url: string, sha256: string): string {
  return `${url}?sha256=${sha256}`;
}

/** In this thread's memory, up to so many bytes; those that do not fit any more are not kept. */
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

/** As much of a browser's cache as is used. */
interface ShardCache {
  match(key: string | Request): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  delete(key: string | Request): Promise<boolean>;
  keys(): Promise<readonly Request[]>;
}

/** In the browser, and in memory what the browser does not take. */
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
        // A browser that keeps nothing has nothing to let go of.
      }
    },
  };
}

/** This thread's: by the browser where it can. */
export const KEPT_SHARDS: KeptShards =
  "caches" in globalThis ? keepInBrowser(globalThis.caches) : keepInMemory();
