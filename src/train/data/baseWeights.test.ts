import { describe, expect, test } from "vitest";
import { DATA_URL, fetchFromDisk } from "../../cli/training/dataOnDisk.ts";
import { createNetwork } from "../../core/network.ts";
import { sizeOf } from "../../core/shape.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import { transfer } from "../../settings/recipes/transfer.ts";
import { readBase } from "./baseWeights.ts";

/** Reads the base's files after replacing one of them. */
function read(replaced: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> = {}) {
  return readBase("fashion-mnist", DATA_URL, {
    network: createNetwork({ sleep: async () => {} }),
    fetch: async (url, init) => {
      const content = replaced[url.slice(url.lastIndexOf("/") + 1)];
      return content === undefined ? fetchFromDisk(url, init) : new Response(content);
    },
  });
}

describe("the base that is shipped", () => {
  test("holds every weight of the transfer network but the head's, in its size and finite", async () => {
    const weights = await read();
    const specs = networkWeights(buildNetwork(transfer.settings));
    const body = specs.filter(({ layer }) => layer !== "predictions");
    expect([...weights.keys()]).toEqual(body.map(({ path }) => path));
    for (const { path, shape } of body) {
      expect(weights.get(path)).toHaveLength(sizeOf(shape));
      expect(weights.get(path)?.every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    ["model.json", "<!doctype html>"],
    ["model.json", JSON.stringify({ weightsManifest: [{ paths: ["weights.bin"], weights: [] }] })],
    ["weights.bin", new Uint8Array(8)],
  ])("is refused with another %s, beside the choice of the base", async (name, content) => {
    await expect(read({ [name]: content })).rejects.toMatchObject({
      code: "data.manifest-invalid",
      context: { setting: "base" },
    });
  });

  test("says so where the server does not have it", async () => {
    const missing = readBase("fashion-mnist", "https://host/data", {
      fetch: async () => new Response("", { status: 404 }),
    });
    await expect(missing).rejects.toMatchObject({
      code: "data.unreachable",
      context: { url: "https://host/models/fashion-base/model.json" },
    });
  });

  test("is waited for where the network is gone, in the middle of a file too", async () => {
    let asked = 0;
    const weights = await readBase("fashion-mnist", DATA_URL, {
      network: createNetwork({ sleep: async () => {} }),
      fetch: async (url, init) => {
        asked += 1;
        if (asked % 3 === 1) throw new TypeError("network down");
        if (asked % 3 === 0) return fetchFromDisk(url, init);
        const pull = (controller: ReadableStreamDefaultController) =>
          controller.error(new TypeError("connection reset"));
        return new Response(new ReadableStream({ pull }));
      },
    });
    expect(weights.size).toBeGreaterThan(10);
    expect(asked).toBe(6);
  });
});
