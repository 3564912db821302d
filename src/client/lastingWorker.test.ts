import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../core/errors.ts";
import { createNetwork } from "../core/network.ts";
import { createLastingWorker } from "./lastingWorker.ts";
import type { WorkerPort } from "./runClient.ts";

interface FakeWorker extends WorkerPort {
  readonly heard: unknown[];
  ended: boolean;
}

function fakeWorker(): FakeWorker {
  const heard: unknown[] = [];
  const worker: FakeWorker = {
    heard,
    ended: false,
    onmessage: null,
    onmessageerror: null,
    onerror: null,
    onended: null,
    postMessage: (message) => heard.push(message),
    terminate: () => {
      worker.ended = true;
    },
  };
  return worker;
}

const fault = (isTemporary: boolean) =>
  new PlaygroundError({
    code: isTemporary ? "program.unreachable" : "program.outdated",
    where: "main.js",
    rule: "no",
    remedy: "Wait.",
    context: { isTemporary },
  });

/** Creates a worker whose program is fetched with the results in `fetches`, one after the other. */
function setUp(...fetches: readonly (PlaygroundError | "here")[]) {
  const workers: FakeWorker[] = [];
  const failures: unknown[] = [];
  let asked = 0;
  const port = createLastingWorker({
    create: () => {
      const worker = fakeWorker();
      workers.push(worker);
      return worker;
    },
    fetchProgram: async () => {
      const answer = fetches[asked] ?? "here";
      asked += 1;
      if (answer !== "here") throw answer;
    },
    network: createNetwork({ sleep: async () => {} }),
  });
  port.onerror = (event) => failures.push(event);
  const newest = () => workers.at(-1) ?? fakeWorker();
  const notLoaded = async () => {
    newest().onerror?.({} as ErrorEvent);
    for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
  };
  return { port, workers, failures, newest, notLoaded, asked: () => asked };
}

describe("a worker whose program does not load", () => {
  test("is started anew once the program is there, and gets all that was said meanwhile", async () => {
    const { port, workers, failures, newest, notLoaded, asked } = setUp(
      ...Array.from({ length: 8 }, () => fault(true)),
    );
    port.postMessage("inspect");
    await notLoaded();
    port.postMessage("start");
    expect([workers.length, asked(), failures]).toEqual([2, 9, []]);
    expect(newest().heard).toEqual(["inspect", "start"]);
    expect(workers[0]?.ended).toBe(true);
  });

  test("is a failure where the server has no such program any more", async () => {
    const { workers, failures, notLoaded } = setUp(fault(false));
    await notLoaded();
    expect([workers.length, failures.length]).toEqual([1, 1]);
  });

  test("is a failure after three loads of a program that is there", async () => {
    const { workers, failures, notLoaded } = setUp();
    await notLoaded();
    await notLoaded();
    expect(failures).toEqual([]);
    await notLoaded();
    expect([workers.length, failures.length]).toEqual([3, 1]);
  });

  test("is not waited for once it is ended", async () => {
    const { port, workers, failures, newest } = setUp(fault(true), fault(true));
    newest().onerror?.({} as ErrorEvent);
    port.terminate();
    for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
    expect([workers.length, failures]).toEqual([1, []]);
  });
});

test("a worker that stops with an error, or after it has said something, has failed", () => {
  const { failures, newest, workers } = setUp();
  newest().onerror?.({ message: "out of cheese" } as ErrorEvent);
  newest().onmessage?.({ data: "ready" } as MessageEvent);
  newest().onerror?.({} as ErrorEvent);
  expect([workers.length, failures.length]).toEqual([1, 2]);
});

test("a worker is watched from its first answer until it is ended, and its end is told", () => {
  const watched: { readonly onEnded: () => void; readonly signal: AbortSignal }[] = [];
  const worker = fakeWorker();
  const port = createLastingWorker({
    create: () => worker,
    watch: (onEnded, signal) => watched.push({ onEnded, signal }),
    fetchProgram: async () => {},
  });
  let ends = 0;
  port.onended = () => {
    ends += 1;
  };
  expect(watched).toEqual([]);
  worker.onmessage?.({ data: "ready" } as MessageEvent);
  worker.onmessage?.({ data: "more" } as MessageEvent);
  watched[0]?.onEnded();
  port.terminate();
  expect([watched.length, ends, watched[0]?.signal.aborted]).toEqual([1, 1, true]);
});
