import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRedrawScheduler, type PageVisibility } from "./redrawScheduler.ts";

class FakePage implements PageVisibility {
  hidden = false;
  readonly listeners = new Set<() => void>();
  addEventListener(_type: "visibilitychange", listener: () => void): void {
    this.listeners.add(listener);
  }
  removeEventListener(_type: "visibilitychange", listener: () => void): void {
    this.listeners.delete(listener);
  }
  show(hidden: boolean): void {
    this.hidden = hidden;
    for (const listener of this.listeners) listener();
  }
}

function setUp(draw: () => Promise<void> = async () => {}) {
  const page = new FakePage();
  const drawn = vi.fn(draw);
  const onError = vi.fn();
  const scheduler = createRedrawScheduler(drawn, { page, onError, minIntervalMs: 500 });
  return { page, drawn, onError, scheduler };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the first request draws at once, and requests in the same moment are one", async () => {
  const { drawn, scheduler } = setUp();
  scheduler.request();
  scheduler.request();
  await vi.advanceTimersByTimeAsync(0);
  expect(drawn).toHaveBeenCalledTimes(1);
});

test("a stream of requests is drawn at most twice a second, the last one included", async () => {
  const { drawn, scheduler } = setUp();
  for (let elapsedMs = 0; elapsedMs < 1990; elapsedMs += 10) {
    scheduler.request();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(drawn).toHaveBeenCalledTimes(4);
  await vi.advanceTimersByTimeAsync(1000);
  expect(drawn).toHaveBeenCalledTimes(5);
});

test("a hidden page is not drawn on, and is drawn on once when it comes back", async () => {
  const { page, drawn, scheduler } = setUp();
  page.show(true);
  scheduler.request();
  scheduler.request();
  await vi.advanceTimersByTimeAsync(5000);
  expect(drawn).not.toHaveBeenCalled();
  page.show(false);
  await vi.advanceTimersByTimeAsync(5000);
  expect(drawn).toHaveBeenCalledTimes(1);
});

test("a page that comes back without news draws nothing", async () => {
  const { page, drawn } = setUp();
  page.show(true);
  page.show(false);
  await vi.advanceTimersByTimeAsync(5000);
  expect(drawn).not.toHaveBeenCalled();
});

test("a slow drawing is not drawn over", async () => {
  const { drawn, scheduler } = setUp(() => new Promise((resolve) => setTimeout(resolve, 2000)));
  scheduler.request();
  await vi.advanceTimersByTimeAsync(10);
  scheduler.request();
  await vi.advanceTimersByTimeAsync(1000);
  expect(drawn).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(drawn).toHaveBeenCalledTimes(2);
});

test("an immediate request does not wait for the interval", async () => {
  const { drawn, scheduler } = setUp();
  scheduler.request();
  await vi.advanceTimersByTimeAsync(10);
  scheduler.request();
  scheduler.request(true);
  await vi.advanceTimersByTimeAsync(10);
  expect(drawn).toHaveBeenCalledTimes(2);
});

test("a failure is reported and the next request draws again", async () => {
  const { drawn, onError, scheduler } = setUp(async () => {
    throw new Error("no canvas");
  });
  scheduler.request();
  await vi.advanceTimersByTimeAsync(0);
  expect(onError).toHaveBeenCalledWith(new Error("no canvas"));
  scheduler.request();
  await vi.advanceTimersByTimeAsync(600);
  expect(drawn).toHaveBeenCalledTimes(2);
});

test("after dispose nothing is drawn or listened to", async () => {
  const { page, drawn, scheduler } = setUp();
  scheduler.request();
  scheduler.dispose();
  page.show(false);
  await vi.advanceTimersByTimeAsync(5000);
  expect(drawn).not.toHaveBeenCalled();
  expect(page.listeners.size).toBe(0);
});
