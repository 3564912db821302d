import { describe, expect, test, vi } from "vitest";
import { openWasm } from "../../cli/engines.ts";
import { createNetwork } from "../../core/network.ts";
import { createMemoryServer, MEMORY_BASE_URL, type MemorySet } from "../../data/memoryServer.ts";
import type { Executor } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { openRunData } from "../data/openRunData.ts";
import { run } from "./run.ts";
import { createGate } from "./runControl.ts";

const SET: MemorySet = {
  id: "starter",
  train: [8, 8, 8, 8, 8, 8],
  test: [8],
  height: 28,
  width: 28,
  numClasses: 10,
};
const SETTINGS: Settings = {
  ...oneMinute.settings,
  dataSet: "starter",
  inputSize: 28,
  width: 0.125,
  schedule: "constant",
  batchSize: 4,
  shuffleBuffer: 8,
  holdOut: 8,
  trainingImages: 0,
  budget: "epochs",
  epochs: 1,
};

/** Runs to the end. From request number `goneAt` on, the network is gone for `goneForMs`. */
async function weightsAfter(goneAt: number, goneForMs: number) {
  const { transport, requests } = await createMemoryServer(SET);
  const network = createNetwork();
  let goneSince: number | undefined;
  const events: WorkerEvent[] = [];
  let weights: ReadonlyMap<string, Float32Array> | undefined;
  const fetch: typeof transport.fetch = async (url, init) => {
    if (requests.length >= goneAt) goneSince ??= Date.now();
    if (goneSince !== undefined && Date.now() < goneSince + goneForMs)
      throw new TypeError("network down");
    return transport.fetch(url, init);
  };
  const over = new Promise<void>((resolve) => {
    let opened: Executor | undefined;
    void run({
      runId: "r",
      settings: SETTINGS,
      emit: (event) => {
        events.push(event);
        if (event.type !== "run.finished" && event.type !== "run.failed") return;
        if (opened === undefined || event.type === "run.failed") return resolve();
        void opened.readWeights().then((read) => {
          weights = new Map([...read].map(([name, values]) => [name, values.slice()]));
          resolve();
        });
      },
      openData: (settings) =>
        openRunData(
          { dataUrl: MEMORY_BASE_URL, transport: { ...transport, fetch, network } },
          settings,
          { onProgress: () => {} },
        ),
      readBase: async () => new Map(),
      selectEngine: async (_, options) => {
        opened = await openWasm(options, 1);
        return { executor: opened, reason: "", fallbacks: [] };
      },
      gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
      steered: () => undefined,
    });
  });
  return {
    over,
    network,
    requests,
    events,
    weights: () => weights,
    isGone: () => goneSince !== undefined,
  };
}

describe("a network that is gone for 60 s", () => {
  test("in the middle of an epoch, or at the test, leaves the bits of a run without that", async () => {
    const calm = await weightsAfter(Number.POSITIVE_INFINITY, 0);
    await calm.over;
    expect(calm.events.at(-1)).toMatchObject({ type: "run.finished" });
    const expected = calm.weights();
    // Each file was requested once: the manifest and the shards of training and test.
    expect(new Set(calm.requests).size).toBe(calm.requests.length);

    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    try {
      for (const goneAt of [2, 4, calm.requests.length - 1]) {
        const broken = await weightsAfter(goneAt, 60_000);
        let isOver = false;
        void broken.over.then(() => {
          isOver = true;
        });
        let told = false;
        while (!isOver) {
          await vi.advanceTimersByTimeAsync(2000);
          told ||= broken.network.waits().length > 0;
          // The gate between steps uses messages, which the fake timers do not control.
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect([goneAt, broken.events.at(-1)?.type, told]).toEqual([goneAt, "run.finished", true]);
        expect(broken.weights()).toEqual(expected);
      }
    } finally {
      vi.useRealTimers();
    }
  }, 60_000);
});
