import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PlaygroundError } from "./errors.ts";
import { type Attempt, createNetwork, type NetworkWait } from "./network.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const fault = (context: Record<string, boolean | string>) =>
  new PlaygroundError({
    code: "data.unreachable",
    where: "f",
    rule: "no",
    remedy: "Wait.",
    context,
  });
const temporary = () => fault({ isTemporary: true, reason: "it is gone" });

/** A fake file that becomes available after `ms`. It counts its requests. */
function comesAfter(ms: number) {
  const there = Date.now() + ms;
  const asked: number[] = [];
  const attempt = async () => {
    asked.push(Date.now());
    if (Date.now() < there) throw temporary();
    return "here";
  };
  return { attempt, asked };
}

describe("a network that is gone", () => {
  test.each([0, 5, 60, 3600, 86_400])(
    "for %i s is waited for, and asked at least every 10 s",
    async (seconds) => {
      const network = createNetwork();
      const { attempt, asked } = comesAfter(seconds * 1000);
      const coming = network.untilThere("a file", attempt);
      await vi.advanceTimersByTimeAsync(seconds * 1000 + 10_000);
      await expect(coming).resolves.toBe("here");
      const gaps = asked.slice(1).map((time, index) => time - (asked[index] ?? 0));
      expect(gaps.every((gap) => gap <= 10_000)).toBe(true);
    },
  );

  test("is told with what is missing, why and since when, but for what passes within a second", async () => {
    const network = createNetwork();
    const told: (readonly NetworkWait[])[] = [];
    network.subscribe(() => told.push(network.waits()));
    const blink = network.untilThere("a blink", comesAfter(200).attempt);
    await vi.advanceTimersByTimeAsync(2000);
    await blink;
    expect(told).toEqual([]);
    const sinceMs = Date.now();
    const coming = network.untilThere("a file", comesAfter(3000).attempt);
    await vi.advanceTimersByTimeAsync(20_000);
    await coming;
    expect(told[0]).toEqual([{ what: "a file", reason: "it is gone", sinceMs, attempts: 2 }]);
    expect(told.at(-1)).toEqual([]);
  });

  test("is asked at once when somebody wants that, and then as patiently as before", async () => {
    const network = createNetwork();
    const { attempt, asked } = comesAfter(1e9);
    void network.untilThere("a file", attempt);
    await vi.advanceTimersByTimeAsync(30_000);
    const before = asked.length;
    network.tryAgain();
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(before + 1);
  });

  test("is waited for no longer than the signal says", async () => {
    const network = createNetwork();
    const ending = new AbortController();
    const coming = network.untilThere("a file", comesAfter(1e9).attempt, { signal: ending.signal });
    const ended = expect(coming).rejects.toThrow("reset");
    await vi.advanceTimersByTimeAsync(30_000);
    ending.abort(new Error("reset"));
    await ended;
    expect(network.waits()).toEqual([]);
  });

  test("is asked no more often than is allowed where somebody looks on", async () => {
    const network = createNetwork();
    const { attempt, asked } = comesAfter(1e9);
    const failed = expect(
      network.untilThere("a file", attempt, { mostAttempts: 2 }),
    ).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(1000);
    await failed;
    expect(asked).toHaveLength(2);
    expect(network.waits()).toEqual([]);
  });
});

describe("a server that says nothing", () => {
  /** Never answers. It rejects when its signal aborts, or ignores the signal. */
  const silent = (listens: boolean) => {
    let asked = 0;
    const attempt = ({ signal }: Attempt) => {
      asked += 1;
      return new Promise<never>((_, reject) => {
        if (listens) signal.addEventListener("abort", () => reject(signal.reason));
      });
    };
    return { attempt, asked: () => asked };
  };

  test.each([true, false])(
    "is told of after 5 s, asked anew after 30 s or at once when wanted",
    async (listens) => {
      const network = createNetwork();
      const { attempt, asked } = silent(listens);
      void network.untilThere("a file", attempt);
      await vi.advanceTimersByTimeAsync(4000);
      network.tryAgain();
      await vi.advanceTimersByTimeAsync(500);
      expect([asked(), network.waits()]).toEqual([1, []]);
      await vi.advanceTimersByTimeAsync(1000);
      expect(network.waits()).toMatchObject([{ reason: "the server says nothing" }]);
      network.tryAgain();
      await vi.advanceTimersByTimeAsync(400);
      expect(asked()).toBe(2);
      await vi.advanceTimersByTimeAsync(32_000);
      expect(asked()).toBe(3);
    },
  );

  test("is not one that sends a little every 20 s, for ten minutes", async () => {
    const network = createNetwork();
    let asked = 0;
    const coming = network.untilThere("a file", async ({ heard }) => {
      asked += 1;
      for (let piece = 0; piece < 30; piece += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20_000));
        heard();
      }
      return "here";
    });
    await vi.advanceTimersByTimeAsync(600_000);
    await expect(coming).resolves.toBe("here");
    expect(asked).toBe(1);
  });
});

describe("what is final", () => {
  test("ends the wait at once", async () => {
    const network = createNetwork();
    const coming = network.untilThere("a file", async () => {
      throw fault({ isTemporary: false });
    });
    await expect(coming).rejects.toMatchObject({ code: "data.unreachable" });
  });

  test("is a file that is damaged three times, whatever failed in between", async () => {
    const network = createNetwork();
    const numDamaged: number[] = [];
    const coming = network.untilThere("a file", async (attempt) => {
      numDamaged.push(attempt.numDamaged);
      throw numDamaged.length % 2 === 0 ? temporary() : fault({ isDamaged: true });
    });
    const failed = expect(coming).rejects.toMatchObject({ context: { isDamaged: true } });
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(numDamaged).toEqual([0, 1, 1, 2, 2]);
  });
});

test("what other threads wait for is told beside what this one does, until they say otherwise", () => {
  const network = createNetwork();
  const wait = { what: "train-03.shard", reason: "it is gone", sinceMs: 1, attempts: 4 };
  const [one, other] = [{}, {}];
  network.relay(one, [wait]);
  network.relay(other, [wait, wait]);
  expect(network.waits()).toHaveLength(3);
  network.relay(other, []);
  expect(network.waits()).toEqual([wait]);
});
