import { describe, expect, test } from "vitest";
import { type KeptShards, keepInBrowser, keepInMemory } from "./keptShards.ts";
import { createMemoryServer, indicesOf, MEMORY_BASE_URL, type MemorySet } from "./memoryServer.ts";
import { openDataSet } from "./openDataSet.ts";
import { readShards } from "./shardLoader.ts";

const FOLDER = "http://memory/data/starter/";
const bytes = (length: number) => new Uint8Array(length).fill(length);

/** Fakes the part of Cache Storage that is used. */
function fakeCaches() {
  const entries = new Map<string, Response>();
  const cache = {
    match: async (key: string | Request) =>
      entries.get(typeof key === "string" ? key : key.url)?.clone(),
    put: async (key: string, response: Response) => {
      entries.set(key, response);
    },
    delete: async (key: string | Request) =>
      entries.delete(typeof key === "string" ? key : key.url),
    keys: async () => [...entries.keys()].map((url) => new Request(url)),
  };
  return { entries, caches: { open: async () => cache } };
}
const refusing = {
  open: async (): Promise<never> => {
    throw new DOMException("no", "SecurityError");
  },
};

const KEEPERS: readonly (readonly [string, () => KeptShards])[] = [
  ["in memory", () => keepInMemory(100)],
  ["in the browser", () => keepInBrowser(fakeCaches().caches, { mostBytes: 100 })],
  [
    "where the browser refuses",
    () => keepInBrowser(refusing, { mostBytes: 100, memory: keepInMemory(100) }),
  ],
];

describe.each(KEEPERS)("shards kept %s", (_, create) => {
  test("are given back by name and content, and forgotten", async () => {
    const kept = create();
    await kept.keep(`${FOLDER}a`, "1", bytes(10));
    expect(await kept.take(`${FOLDER}a`, "1")).toEqual(bytes(10));
    expect(await kept.take(`${FOLDER}a`, "2")).toBeUndefined();
    await kept.forget(`${FOLDER}a`, "1");
    expect(await kept.take(`${FOLDER}a`, "1")).toBeUndefined();
  });

  test("take no more than their bound", async () => {
    const kept = create();
    await kept.keep(`${FOLDER}a`, "1", bytes(60));
    await kept.keep(`${FOLDER}b`, "2", bytes(60));
    expect(await kept.take(`${FOLDER}a`, "1")).toBeDefined();
    expect(await kept.take(`${FOLDER}b`, "2")).toBeUndefined();
  });

  test("of an older build of a set go, those of other sets stay", async () => {
    const kept = create();
    await kept.keep(`${FOLDER}a`, "old", bytes(10));
    await kept.keep(`${FOLDER}a`, "new", bytes(11));
    await kept.keep("http://memory/data/other/a", "1", bytes(12));
    await kept.retain(FOLDER, [{ url: `${FOLDER}a`, sha256: "new" }]);
    expect(await kept.take(`${FOLDER}a`, "old")).toBeUndefined();
    expect(await kept.take(`${FOLDER}a`, "new")).toEqual(bytes(11));
    expect(await kept.take("http://memory/data/other/a", "1")).toEqual(bytes(12));
  });
});

describe("a set that was read once", () => {
  const set: MemorySet = {
    id: "starter",
    train: [40, 30, 20],
    test: [7],
    height: 5,
    width: 4,
    numClasses: 10,
  };
  const open = async () => {
    const server = await createMemoryServer(set);
    const { transport } = server;
    const dataSet = await openDataSet({ baseUrl: MEMORY_BASE_URL, choice: "starter", transport });
    const pass = async () => {
      const seen: number[] = [];
      for await (const shard of readShards({ dataSet, part: "train" }))
        for (const index of indicesOf(shard)) seen.push(index);
      return seen;
    };
    return { server, pass };
  };

  test("is not fetched again in five more passes, with the network gone or not", async () => {
    const { server, pass } = await open();
    const first = await pass();
    const asked = server.requests.length;
    server.files.clear();
    for (let again = 0; again < 5; again += 1) expect(await pass()).toEqual(first);
    expect(asked).toBe(4);
    expect(server.requests).toHaveLength(asked);
  });

  test("is fetched again where what was kept is not what was kept", async () => {
    const { server, pass } = await open();
    const first = await pass();
    const { kept } = server.transport;
    const broken = { ...kept, take: async () => bytes(30) };
    Object.assign(server.transport, { kept: broken });
    const dataSet = await openDataSet({
      baseUrl: MEMORY_BASE_URL,
      choice: "starter",
      transport: server.transport,
    });
    const seen: number[] = [];
    for await (const shard of readShards({ dataSet, part: "train" }))
      for (const index of indicesOf(shard)) seen.push(index);
    expect(seen).toEqual(first);
  });
});
