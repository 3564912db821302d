import { describe, expect, test, vi } from "vitest";
import { openWasm } from "../../cli/engines.ts";
import { createNetwork } from "../../core/network.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import { SMALL_RUN, smallServer, startSmallRun } from "./smallRun.ts";

const SETTINGS: Settings = { ...SMALL_RUN, schedule: "constant", budget: "epochs", epochs: 1 };

/** Runs to the end. From request number `goneAt` on, the network is gone for `goneForMs`. */
async function weightsAfter(goneAt: number, goneForMs: number) {
  const { transport, requests } = await smallServer();
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
    const engine = startSmallRun({
      settings: SETTINGS,
      transport: { ...transport, fetch, network },
      open: (options) => openWasm(options, 1),
      emit: (event) => {
        events.push(event);
        if (event.type !== "run.finished" && event.type !== "run.failed") return;
        const opened = engine();
        if (opened === undefined || event.type === "run.failed") return resolve();
        void opened.readWeights().then((read) => {
          weights = new Map([...read].map(([name, values]) => [name, values.slice()]));
          resolve();
        });
      },
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
