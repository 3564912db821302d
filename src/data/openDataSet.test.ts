import { describe, expect, it } from "vitest";
import { createMemoryServer, MEMORY_BASE_URL, type MemorySet } from "./memoryServer.ts";
import { openDataSet, summarizeDataSet } from "./openDataSet.ts";

const full: MemorySet = {
  id: "fashion-mnist",
  train: [6, 6],
  test: [4],
  height: 2,
  width: 3,
  numClasses: 3,
};
const starter: MemorySet = { ...full, id: "starter", train: [5], test: [2] };
const indexHtml = (): Response => new Response("<!doctype html><title>Playground</title>");
const open = (
  server: Awaited<ReturnType<typeof createMemoryServer>>,
  choice: "fashion-mnist" | "starter" = "fashion-mnist",
) => openDataSet({ baseUrl: MEMORY_BASE_URL, choice, transport: server.transport });

describe("opening a data set", () => {
  it("finds the full set and describes it", async () => {
    const server = await createMemoryServer(full, starter);
    const summary = summarizeDataSet(await open(server));
    expect(summary).toEqual({
      id: "fashion-mnist",
      title: "The fashion-mnist set in memory",
      classes: ["class 0", "class 1", "class 2"],
      numTrain: 12,
      numTest: 4,
      height: 2,
      width: 3,
      channels: 1,
      sizeBytes: ["train-00", "train-01", "test-00"].reduce(
        (sum, name) => sum + (server.files.get(`fashion-mnist/${name}.shard`)?.length ?? 0),
        0,
      ),
      numShards: 3,
      fallbackReason: "",
    });
    expect(server.requests).toEqual(["fashion-mnist/manifest.json"]);
  });

  it("takes a base address without the last slash", async () => {
    const server = await createMemoryServer(full);
    const baseUrl = MEMORY_BASE_URL.slice(0, -1);
    const dataSet = await openDataSet({
      baseUrl,
      choice: "fashion-mnist",
      transport: server.transport,
    });
    expect(dataSet.url).toBe(`${MEMORY_BASE_URL}fashion-mnist/`);
  });

  it("opens the starter set where the full one has not been built, and says so", async () => {
    const dataSet = await open(await createMemoryServer(starter));
    expect(dataSet.manifest.id).toBe("starter");
    expect(dataSet.fallbackReason).toBe(
      "The full set has not been built on this server (npm run data builds it): this is the starter set of 5 + 2 images.",
    );
  });

  it("takes an index.html in place of the manifest for a missing set", async () => {
    const server = await createMemoryServer(starter);
    server.intercept("fashion-mnist/manifest.json", 1, indexHtml);
    const dataSet = await open(server);
    expect(dataSet.manifest.id).toBe("starter");
    expect(dataSet.fallbackReason).not.toBe("");
  });

  it("gives no reason where the starter set was asked for", async () => {
    const dataSet = await open(await createMemoryServer(full, starter), "starter");
    expect(dataSet.fallbackReason).toBe("");
  });

  it("fails with one clear message where there is no set at all", async () => {
    await expect(open(await createMemoryServer())).rejects.toMatchObject({
      code: "data.manifest-missing",
      message: expect.stringContaining("npm run data"),
    });
    const server = await createMemoryServer();
    server.intercept("starter/manifest.json", 1, indexHtml);
    await expect(open(server, "starter")).rejects.toMatchObject({ code: "data.manifest-missing" });
  });

  it("does not replace a damaged manifest by the starter set", async () => {
    const server = await createMemoryServer(full, starter);
    server.intercept("fashion-mnist/manifest.json", 3, () => new Response('{"formatVersion": 1, '));
    await expect(open(server)).rejects.toMatchObject({
      code: "data.manifest-invalid",
      message: expect.stringContaining("is not JSON"),
    });
  });

  it("refuses the manifest of another set", async () => {
    const server = await createMemoryServer(full, starter);
    const other = server.files.get("starter/manifest.json") ?? new Uint8Array();
    server.files.set("fashion-mnist/manifest.json", other);
    await expect(open(server)).rejects.toMatchObject({
      code: "data.manifest-invalid",
      message: expect.stringContaining("expected fashion-mnist, got starter"),
    });
  });

  it("takes a manifest that comes whole after it was cut short", async () => {
    const server = await createMemoryServer(full, starter);
    server.intercept("fashion-mnist/manifest.json", 2, () => new Response('{"formatVersion": 1, '));
    expect((await open(server)).manifest.id).toBe("fashion-mnist");
    expect(server.cacheModes).toEqual(["no-cache", "reload", "reload"]);
  });

  it("waits for a network that is gone at the start, however often it is asked", async () => {
    const server = await createMemoryServer(full, starter);
    server.intercept("fashion-mnist/manifest.json", 50, () => {
      throw new TypeError("Failed to fetch");
    });
    expect((await open(server)).manifest.id).toBe("fashion-mnist");
    expect(server.delaysMs.slice(0, 6)).toEqual([300, 900, 2700, 8100, 10_000, 10_000]);
    expect(server.waits.at(-1)).toMatchObject({
      what: "fashion-mnist/manifest.json",
      reason: "the server does not answer (Failed to fetch)",
      attempts: 50,
    });
    expect(server.network.waits()).toEqual([]);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])(
    "waits while the server answers %i",
    async (status) => {
      const server = await createMemoryServer(full);
      server.intercept("fashion-mnist/manifest.json", 5, () => new Response("", { status }));
      expect((await open(server)).manifest.id).toBe("fashion-mnist");
    },
  );

  it.each([400, 401, 403, 410, 451])("ends with an answer of %i, which stays", async (status) => {
    const server = await createMemoryServer(full, starter);
    server.intercept("fashion-mnist/manifest.json", 1, () => new Response("", { status }));
    await expect(open(server)).rejects.toMatchObject({
      code: "data.unreachable",
      context: { status, isTemporary: false },
    });
    expect(server.requests).toHaveLength(1);
  });
});
