import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createNetwork } from "../core/network.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { recipeById } from "../settings/recipes/registry.ts";
import { createRunClient, type WorkerPort } from "./runClient.ts";

const { settings } = recipeById("one-minute");

class FakeWorker implements WorkerPort {
  readonly commands: { type: string; runId?: string }[] = [];
  ended = false;
  onmessage: WorkerPort["onmessage"] = null;
  onmessageerror: WorkerPort["onmessageerror"] = null;
  onerror: WorkerPort["onerror"] = null;
  onended: WorkerPort["onended"] = null;
  postMessage(command: { type: string; runId?: string }): void {
    this.commands.push(command);
  }
  terminate(): void {
    this.ended = true;
  }
  say(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent);
  }
  break(message?: string): void {
    this.onerror?.({ message } as ErrorEvent);
  }
}

function setUp() {
  const workers: FakeWorker[] = [];
  const events: WorkerEvent[] = [];
  let ids = 0;
  const network = createNetwork();
  const client = createRunClient({
    network,
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    dataUrl: "http://localhost/data/",
    onEvent: (event) => events.push(event),
    createRunId: () => `run-${++ids}`,
  });
  const worker = (index: number): FakeWorker => {
    const found = workers[index];
    if (!found) throw new Error(`there are only ${workers.length} workers`);
    return found;
  };
  return { client, workers, worker, events, network };
}

const paused = (runId: string) => ({
  ...{ type: "run.paused", runId, step: 3 },
  ...{ received: 0, computes: false },
});

test("a run that failed with weights kept is still asked for files, until the next one starts", () => {
  const { client, worker } = setUp();
  const runId = client.start(settings);
  worker(0).say({
    type: "run.failed",
    runId,
    step: 9,
    keptStep: 7,
    error: { code: "engine.device-lost", message: "It was lost.", context: {} },
  });
  const order = { content: "onnx", weights: "last", recipe: "one-minute", settings } as const;
  client.requestFile(order);
  expect(worker(0).commands.at(-1)).toMatchObject({ type: "file.request", runId });
  client.start(settings);
  expect(worker(0).ended).toBe(true);
});

describe("workers", () => {
  test("serve one run each: the next run has a fresh one and the old one ends", () => {
    const { client, workers, worker } = setUp();
    client.inspectDataSet("fashion-mnist");
    client.start(settings);
    expect(workers).toHaveLength(1);
    expect(worker(0).commands.map(({ type }) => type)).toEqual(["dataset.inspect", "run.start"]);
    client.start(settings);
    expect(workers).toHaveLength(2);
    expect([worker(0).ended, worker(1).ended]).toEqual([true, false]);
  });

  test("end with a reset, and commands to a run that is gone go nowhere", () => {
    const { client, workers, worker } = setUp();
    client.start(settings);
    client.reset();
    client.pause();
    expect(worker(0).ended).toBe(true);
    expect(workers).toHaveLength(1);
  });

  test("of a measurement end with its answer and leave the run's alone", () => {
    const { client, worker, events } = setUp();
    client.start(settings);
    const id = client.measure(settings);
    worker(1).say({
      type: "speed.measured",
      runId: id,
      stepMs: 1,
      imagesPerSecond: 1,
      epochMs: 1,
      totalMs: 1,
    });
    expect([worker(0).ended, worker(1).ended]).toEqual([false, true]);
    expect(events).toEqual([expect.objectContaining({ type: "speed.measured", runId: id })]);
  });

  test("stay after a run has finished, to deliver its images", () => {
    const { client, worker } = setUp();
    const runId = client.start(settings);
    worker(0).say({ type: "run.finished", runId, step: 1, trainMs: 1 });
    client.requestImages("test", [4]);
    expect(worker(0).ended).toBe(false);
    expect(worker(0).commands.at(-1)).toMatchObject({
      type: "images.request",
      runId,
      indices: [4],
    });
  });
});

describe("events", () => {
  test("of an ended run are dropped", () => {
    const { client, worker, events } = setUp();
    const first = client.start(settings);
    const old = worker(0);
    const listener = old.onmessage;
    const second = client.start(settings);
    old.onmessage = listener;
    old.say(paused(first));
    worker(1).say(paused(first));
    worker(1).say(paused(second));
    expect(events).toEqual([paused(second)]);
  });

  test("that are none end the run with a failure", () => {
    const { client, worker, events } = setUp();
    const runId = client.start(settings);
    worker(0).say({ type: "run.exploded", runId });
    expect(events).toEqual([expect.objectContaining({ type: "run.failed", runId })]);
    expect(worker(0).ended).toBe(true);
  });
});

describe("a race", () => {
  test("is one worker for all lanes; a lane that fails leaves it alone, the race's own failure ends it", () => {
    const { client, worker, events } = setUp();
    const { raceId, laneIds } = client.startRace([
      { name: "One", settings },
      { name: "Other", settings: { ...settings, residual: false } },
    ]);
    expect(laneIds).toEqual(["run-1/0", "run-1/1"]);
    expect(worker(0).commands).toMatchObject([
      { type: "race.start", runId: raceId, lanes: [{ runId: "run-1/0" }, { runId: "run-1/1" }] },
    ]);
    const failed = (runId: string) => ({
      type: "run.failed",
      runId,
      step: 3,
      error: { code: "run.diverged", message: "It diverged.", context: {} },
    });
    worker(0).say(failed("run-1/1"));
    client.pause();
    expect(worker(0).commands.at(-1)).toEqual({ type: "run.pause", runId: raceId });
    worker(0).say(failed("run-9/1"));
    expect(worker(0).ended).toBe(false);
    worker(0).say(failed(raceId));
    expect(worker(0).ended).toBe(true);
    expect(events).toEqual([failed("run-1/1"), failed(raceId)]);
  });
});

describe("a worker that breaks", () => {
  test("while it loads fails the run and says what to do", () => {
    const { client, worker, events } = setUp();
    client.inspectDataSet("starter");
    client.start(settings);
    worker(0).break();
    expect(events.map(({ type }) => type)).toEqual(["dataset.failed", "run.failed"]);
    expect(events[1]).toMatchObject({
      error: {
        code: "engine.unavailable",
        message: expect.stringContaining("Check the connection, then reload the page."),
      },
    });
  });

  test("in the middle of a run tells the error and the step it had reached", () => {
    const { client, worker, events } = setUp();
    const runId = client.start(settings);
    worker(0).say({
      type: "step.completed",
      runId,
      step: 7,
      epoch: 1,
      stepInEpoch: 7,
      learningRate: 1,
      points: [],
      stepMs: 1,
      imagesPerSecond: 1,
      trainMs: 1,
      remainingMs: 1,
      usedBytes: 1,
      numTensors: 1,
    });
    worker(0).break("out of cheese");
    expect(events.at(-1)).toMatchObject({
      type: "run.failed",
      step: 7,
      error: { code: "internal", message: expect.stringContaining("out of cheese") },
    });
  });

  test("because the browser ended it fails the run and says how to go on", () => {
    const { client, worker, events } = setUp();
    const runId = client.start(settings);
    worker(0).onended?.();
    expect(events).toMatchObject([
      {
        type: "run.failed",
        runId,
        error: { message: expect.stringContaining("Go on from the last checkpoint") },
      },
    ]);
    expect(worker(0).ended).toBe(true);
  });

  test("does not stop another run from starting", () => {
    const { client, workers, worker } = setUp();
    client.start(settings);
    worker(0).break("x");
    client.start(settings);
    expect(workers).toHaveLength(2);
  });
});

describe("files", () => {
  const order = { content: "onnx", weights: "best", recipe: "one-minute", settings } as const;
  const delivered = (requestId: string) => ({
    type: "file.delivered",
    requestId,
    step: 7,
    bytes: new Uint8Array([1, 2]),
  });

  test("are asked of the run, and without one of a worker that has none", () => {
    const { client, workers, worker } = setUp();
    client.requestFile(order);
    expect(worker(0).commands.at(-1)).toMatchObject({ type: "file.requestUntrained", settings });
    const runId = client.start(settings);
    client.requestFile(order);
    expect(worker(0).commands.at(-1)).toMatchObject({
      type: "file.request",
      runId,
      weights: "best",
    });
    expect(workers).toHaveLength(1);
  });

  test("that come are told once, and those a worker still owed at its end have failed", () => {
    const { client, worker, events } = setUp();
    client.start(settings);
    const [first, second] = [client.requestFile(order), client.requestFile(order)];
    worker(0).say(delivered(first));
    client.reset();
    expect(events).toEqual([
      delivered(first),
      {
        type: "file.failed",
        requestId: second,
        error: expect.objectContaining({ code: "file.unavailable" }),
      },
    ]);
  });
});

describe("a look into a person's files", () => {
  const files = [{ path: "X_train.npy", file: new File(["x"], "X_train.npy") }];
  const failed = {
    type: "ownData.failed",
    requestId: "run-2",
    error: { code: "file.invalid", message: "No.", context: {} },
  };

  test("has a worker of its own, which ends with the answer and leaves the run alone", () => {
    const { client, worker, events } = setUp();
    client.start(settings);
    expect(client.inspectOwnData("arrays", files, settings)).toBe(failed.requestId);
    expect(worker(1).commands.map(({ type }) => type)).toEqual(["ownData.inspect"]);
    worker(1).say({ ...failed, requestId: "not asked" });
    expect(worker(1).ended).toBe(false);
    worker(1).say(failed);
    expect([worker(0).ended, worker(1).ended]).toEqual([false, true]);
    expect(events).toEqual([failed]);
  });

  test("ends with the next one, or when it is given up; a worker that breaks is an answer too", () => {
    const { client, worker, events } = setUp();
    client.inspectOwnData("arrays", files, settings);
    client.inspectOwnData("images", files, settings);
    client.cancelOwnData();
    const superseded = (requestId: string) => ({ type: "request.superseded", requestId });
    expect([worker(0).ended, worker(1).ended]).toEqual([true, true]);
    expect(events.splice(0)).toEqual([superseded("run-1"), superseded("run-2")]);
    client.inspectOwnData("mnist", files, settings);
    worker(2).break("out of memory");
    expect(events).toMatchObject([{ type: "ownData.failed", error: { code: "internal" } }]);
  });

  test("a look at the data has a worker of its own, which ends with the answer, with its failure or when put away", () => {
    const { client, worker, events } = setUp();
    client.lookAtData(settings, files);
    expect(worker(0).commands[0]).toMatchObject({ type: "dataset.look", ownFiles: files });
    client.lookAtData(settings, files);
    client.cancelLook();
    expect([worker(0).ended, worker(1).ended]).toEqual([true, true]);
    expect(events.splice(0).map(({ type }) => type)).toEqual(Array(2).fill("request.superseded"));
    client.lookAtData(settings, files);
    worker(2).break("out of memory");
    expect(events).toMatchObject([{ type: "dataset.lookFailed", error: { code: "internal" } }]);
  });

  test("and a run get the files themselves", () => {
    const { client, worker } = setUp();
    client.start(settings, { ownFiles: files });
    expect(worker(0).commands[0]).toMatchObject({ type: "run.start", ownFiles: files });
  });
});

describe("every question gets exactly one answer", () => {
  /** Returns the worker's answer to a command; `null` for a command that has no answer. */
  function answerTo(command: object, fails: boolean): object | null {
    const { type, requestId, runId } = command as Readonly<Record<string, string>>;
    const error = { code: "internal", message: "No.", context: {} };
    const answers: Readonly<Record<string, readonly [good: object | null, bad: string]>> = {
      "dataset.inspect": [{ type: "dataset.described", dataSet: DATA_SET }, "dataset.failed"],
      "ownData.inspect": [{ type: "ownData.described", dataSet: DATA_SET }, "ownData.failed"],
      "dataset.look": [null, "dataset.lookFailed"],
      "file.request": [{ type: "file.delivered", ...FILE }, "file.failed"],
      "file.requestUntrained": [{ type: "file.delivered", ...FILE }, "file.failed"],
      "images.request": [{ type: "images.delivered", ...IMAGES }, "images.failed"],
      "run.measure": [{ type: "speed.measured", ...SPEED }, "run.failed"],
    };
    const [good, bad] = answers[type ?? ""] ?? [];
    if (bad === undefined) return null;
    const ids = { requestId, ...(runId !== undefined && { runId, step: 0 }) };
    return fails || !good ? { ...ids, type: bad, error } : { step: 0, ...ids, ...good };
  }

  const FINAL: Readonly<Record<string, true>> = {
    "dataset.described": true,
    "dataset.failed": true,
    "dataset.lookFailed": true,
    "ownData.described": true,
    "ownData.failed": true,
    "file.delivered": true,
    "file.failed": true,
    "images.delivered": true,
    "images.failed": true,
    "speed.measured": true,
    "run.failed": true,
    "request.superseded": true,
  };

  test("however requests, answers, resets and broken workers follow one another", async () => {
    const order = { content: "onnx", weights: "last", recipe: "one-minute", settings } as const;
    const acts = [
      "inspect",
      "own",
      "look",
      "measure",
      "images",
      "file",
      "start",
      "reset",
      "cancelOwn",
      "cancelLook",
      "cancelMeasure",
    ] as const;
    const moment = fc.oneof(
      fc.record({ act: fc.constantFrom(...acts) }),
      fc.record({ act: fc.constant("answer" as const), at: fc.nat(30), fails: fc.boolean() }),
      fc.record({ act: fc.constant("break" as const), at: fc.nat(5) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { maxLength: 30 }), async (moments) => {
        const { client, workers, events } = setUp();
        const asked: string[] = [];
        const endAll = () => {
          client.reset();
          client.cancelLook();
          client.cancelOwnData();
          client.cancelMeasure();
        };
        for (const moment of moments) {
          if (moment.act === "inspect") asked.push(client.inspectDataSet("starter"));
          if (moment.act === "own") asked.push(client.inspectOwnData("arrays", [], settings));
          if (moment.act === "look") asked.push(client.lookAtData(settings, []));
          if (moment.act === "measure") asked.push(client.measure(settings));
          if (moment.act === "images") asked.push(client.requestImages("test", [1]));
          if (moment.act === "file") asked.push(client.requestFile(order));
          if (moment.act === "start") client.start(settings);
          if (moment.act === "reset") client.reset();
          if (moment.act === "cancelOwn") client.cancelOwnData();
          if (moment.act === "cancelLook") client.cancelLook();
          if (moment.act === "cancelMeasure") client.cancelMeasure();
          if (moment.act === "answer") {
            const all = workers.flatMap((some) =>
              some.commands.map((sent) => [some, sent] as const),
            );
            const [some, sent] = all[moment.at % Math.max(1, all.length)] ?? [];
            const answer = sent && answerTo(sent, moment.fails);
            if (answer) some?.say(answer);
          }
          if (moment.act === "break") workers[moment.at]?.break("out of cheese");
        }
        endAll();
        await Promise.resolve();
        const answered = events.flatMap((event) => {
          const id = "requestId" in event ? event.requestId : "runId" in event ? event.runId : "";
          return FINAL[event.type] && asked.includes(id) ? [id] : [];
        });
        expect(answered.toSorted()).toEqual(asked.toSorted());
      }),
      { numRuns: 500 },
    );
  });
});

const DATA_SET = {
  id: "starter",
  title: "Test images",
  classes: ["a", "b"],
  numTrain: 4,
  numTest: 2,
  height: 2,
  width: 2,
  channels: 1,
  sizeBytes: 1,
  numShards: 1,
  fallbackReason: "",
};
const FILE = { step: 1, bytes: new Uint8Array([1]) };
const IMAGES = { indices: [1], labels: new Uint8Array(1), pixels: new Uint8Array(4) };
const SPEED = { stepMs: 1, imagesPerSecond: 1, epochMs: 1, totalMs: 1 };

describe("the network", () => {
  const waits = [{ what: "train-03.shard", reason: "it is gone", sinceMs: 1, attempts: 4 }];

  test("is told what each worker waits for, until it has come or the worker ends; the page hears no event", () => {
    const { client, worker, events, network } = setUp();
    client.start(settings);
    client.measure(settings);
    worker(0).say({ type: "network.changed", waits });
    worker(1).say({ type: "network.changed", waits });
    expect(network.waits()).toEqual([...waits, ...waits]);
    worker(1).say({ type: "network.changed", waits: [] });
    expect(network.waits()).toEqual(waits);
    client.reset();
    expect([network.waits(), events]).toEqual([[], []]);
  });

  test("that is to be tried again is tried again by every worker that there is", () => {
    const { client, worker, network } = setUp();
    client.start(settings);
    client.measure(settings);
    client.lookAtData(settings, []);
    client.inspectOwnData("arrays", [], settings);
    client.cancelMeasure();
    network.tryAgain();
    const asked = [0, 1, 2, 3].map((index) => worker(index).commands.at(-1)?.type);
    expect(asked).toEqual([
      "network.tryAgain",
      "run.measure",
      "network.tryAgain",
      "network.tryAgain",
    ]);
  });
});
