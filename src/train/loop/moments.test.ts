import { describe, expect, test } from "vitest";
import type { Batch } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { batchStream, fakeData, fakeExecutor } from "./fakeRun.ts";
import type { LentNetwork } from "./lentNetwork.ts";
import { race } from "./race.ts";
import { type RunOptions, run } from "./run.ts";
import { createGate, type Gate, type RunRequest } from "./runControl.ts";

/** Training, validation and test have different batch sizes, so that a batch shows which part it is from. */
const OF_TRAINING = 8;
const OF_VALIDATION = 4;
const OF_TEST = 3;
const STEPS = 8;

const SETTINGS: Settings = {
  ...oneMinute.settings,
  schedule: "constant",
  batchSize: OF_TRAINING,
  budget: "steps",
  steps: STEPS,
};

const eventually = <T>(look: () => T) => expect.poll(look, { interval: 2, timeout: 30_000 });

/** Blocks work of one kind before its `unit`-th piece (from 1), and then lets it pass one piece at a time. */
function createValve() {
  const taken = new Map<string, number>();
  let stop: { kind: string; unit: number } | undefined;
  let letOn: (() => void) | undefined;
  return {
    get stopped() {
      return letOn !== undefined;
    },
    stopAt(kind: string, unit: number) {
      stop = { kind, unit };
    },
    async pass(kind: string): Promise<void> {
      const unit = (taken.get(kind) ?? 0) + 1;
      taken.set(kind, unit);
      if (stop?.kind !== kind || unit < stop.unit) return;
      await new Promise<void>((resolve) => {
        letOn = resolve;
      });
      letOn = undefined;
    },
    letOneOn: () => letOn?.(),
    open() {
      stop = undefined;
      letOn?.();
    },
  };
}

type Valve = ReturnType<typeof createValve>;

async function* valved(valve: Valve, kind: string, count: number, numImages: number) {
  for await (const batch of batchStream(count, numImages)) {
    await valve.pass(kind);
    yield batch;
  }
}

function valvedExecutor(valve: Valve, changes: Parameters<typeof fakeExecutor>[0] = {}) {
  const executor = fakeExecutor(changes);
  let isBusy = false;
  const alone = async <T>(act: () => Promise<T>): Promise<T> => {
    if (isBusy) throw new Error("the engine is asked for two things at a time");
    isBusy = true;
    try {
      return await act();
    } finally {
      isBusy = false;
    }
  };
  return {
    ...executor,
    trainStep: (batch: Batch, rate: number) =>
      alone(async () => {
        await valve.pass("step");
        await executor.trainStep(batch, rate);
      }),
    evaluate: (...[batches, onProgress]: Parameters<typeof executor.evaluate>) =>
      alone(() =>
        executor.evaluate(
          (async function* () {
            for await (const batch of batches) {
              await valve.pass(batch.numImages === OF_TEST ? "test" : "validation");
              yield batch;
            }
          })(),
          onProgress,
        ),
      ),
    predict: (batch: Batch) => alone(() => executor.predict(batch)),
    readWeights: () => alone(() => executor.readWeights()),
  };
}

interface Moment {
  /** The kind and number of the piece of work at which the run is blocked. */
  readonly at: readonly [kind: string, unit: number];
  readonly options?: {
    readonly lossAt?: (step: number) => number;
    readonly losesDevice?: boolean;
  };
  /** When no valve blocks the run, the moment is reached at this event. */
  readonly event?: WorkerEvent["type"];
  /** True when the engine does nothing that must end before a request can be answered. */
  readonly isIdle: boolean;
}

const NEVER = ["never", 1] as const;
const MOMENTS: Readonly<Record<string, Moment>> = {
  "while the data set is opened": { at: ["open", 1], isIdle: true },
  "while the first images are waited for": { at: ["training data", 1], isIdle: true },
  "while the engine is built": { at: ["compile", 1], isIdle: true },
  "in the first step": { at: ["step", 1], isIdle: false },
  "in a step": { at: ["step", 4], isIdle: false },
  "while more training images are waited for": { at: ["training data", 4], isIdle: true },
  "while validation images are waited for": { at: ["validation data", 2], isIdle: true },
  "in a validation": { at: ["validation", 2], isIdle: false },
  "while test images are waited for": { at: ["test data", 2], isIdle: true },
  "in the test": { at: ["test", 2], isIdle: false },
  "while another device is opened": {
    at: ["reopen", 1],
    isIdle: false,
    options: { losesDevice: true },
  },
  "after the end": { at: NEVER, event: "run.finished", isIdle: true },
  "after a failure": {
    at: NEVER,
    event: "run.failed",
    isIdle: true,
    options: { lossAt: () => Number.NaN },
  },
};

async function reach({ at, event, options = {} }: Moment, pausedThere: boolean) {
  const events: WorkerEvent[] = [];
  const emit = (told: WorkerEvent) => void events.push(told);
  const valve = createValve();
  valve.stopAt(...at);
  const gate = createGate(
    {
      onPaused: (report) => emit({ type: "run.paused", runId: "r", ...report }),
      onResumed: (report) => emit({ type: "run.resumed", runId: "r", ...report }),
    },
    false,
  );
  const lossAt = options.lossAt ?? (() => 1);
  const executor = valvedExecutor(valve, { lossAt });
  const first = options.losesDevice
    ? {
        ...executor,
        deviceLost: Promise.resolve("the driver was reset"),
        trainStep: async () => {
          throw new Error("broken pipe");
        },
      }
    : executor;
  const data = fakeData({
    trainingBatches: () => valved(valve, "training data", 10, OF_TRAINING),
    validationBatches: () => valved(valve, "validation data", 5, OF_VALIDATION),
    testBatches: () => valved(valve, "test data", 4, OF_TEST),
    description: { ...fakeData().description, numTest: 12 },
  });
  const environment: RunOptions = {
    runId: "r",
    settings: SETTINGS,
    emit,
    async openData() {
      await valve.pass("open");
      return data;
    },
    readBase: async () => new Map(),
    async selectEngine() {
      await valve.pass("compile");
      const reopen = async () => {
        await valve.pass("reopen");
        return executor;
      };
      const chosen = { executor: first, reason: "there is no other", fallbacks: [] };
      return options.losesDevice ? { ...chosen, reopen } : chosen;
    },
    gate,
    steered: () => undefined,
    readingIntervalMs: 0,
  };
  void run(environment);
  await eventually(() =>
    event === undefined ? valve.stopped : events.some(({ type }) => type === event),
  ).toBe(true);
  const told = (type: WorkerEvent["type"]) => events.filter((one) => one.type === type).length;
  if (pausedThere) {
    gate.pause();
    if (at[0] === "validation" || at[0] === "test" || at[0] === "step") {
      valve.letOneOn();
      await eventually(() => told("run.paused")).toBe(1);
    }
  }
  return { events, told, valve, gate, executor };
}

type Reached = Awaited<ReturnType<typeof reach>>;

/** Sends a request and returns a function that counts its answers: served, or refused with a reason that ends with a remedy. */
function asked(type: RunRequest["type"], { gate, told }: Reached): () => number {
  let answers = 0;
  const before = told("test.completed");
  const refuse = (why: unknown) => {
    answers += 1;
    expect(why).toMatchObject({
      code: "run.invalid-command",
      message: expect.stringMatching(/[.]$/),
    });
  };
  if (type === "test") {
    gate.request({ type, refuse });
    return () => answers + told("test.completed") - before;
  }
  if (type === "images") {
    const had = told("images.delivered");
    gate.request({ type, requestId: "images", of: "test", indices: [1], refuse });
    return () => answers + told("images.delivered") - had;
  }
  const use = async ({ executor }: LentNetwork) => {
    await executor.readWeights();
    answers += 1;
  };
  gate.request({ type, use, refuse });
  return () => answers;
}

const REQUESTS = ["images", "lend", "test"] as const;
const ALL = Object.entries(MOMENTS).flatMap(([name, moment]) =>
  [false, true].map((paused) => ({ name: paused ? `${name}, paused` : name, moment, paused })),
);

describe.each(ALL)("what is asked $name", ({ moment, paused }) => {
  test.each(REQUESTS)("is served or refused once, within a step or a batch: %s", async (type) => {
    const reached = await reach(moment, paused);
    const answers = asked(type, reached);
    const isUnderWay = !moment.isIdle && !paused;
    if (isUnderWay && moment.at[0] !== "reopen") reached.valve.letOneOn();
    // A test reads its own batches and may wait for data, so the valve must let them pass.
    if (type === "test") reached.valve.open();
    if (type !== "test") await eventually(answers).toBe(1);
    reached.valve.open();
    reached.gate.resume();
    const end = moment.event ?? "run.finished";
    await eventually(() => reached.told(end)).toBe(1);
    // A run that ends tests once more without a request.
    const unasked = type === "test" && end === "run.finished" && moment.event === undefined ? 1 : 0;
    await eventually(answers).toBe(1 + unasked);
  });
});

describe.each(ALL.filter(({ moment }) => moment.event === undefined))(
  "pressed $name",
  ({ moment, paused }) => {
    test("Pause, Step and Resume are acknowledged, and the run ends as it would have", async () => {
      const { gate, told, valve, executor } = await reach(moment, paused);
      gate.pause();
      if (!moment.isIdle && (!paused || moment.at[0] === "reopen")) valve.letOneOn();
      await eventually(() => told("run.paused")).toBeGreaterThan(0);
      const steps = executor.rates.length;
      const resumed = told("run.resumed");
      const pauses = told("run.paused");
      gate.step();
      expect(told("run.resumed")).toBe(resumed + 1);
      valve.open();
      const isLast = moment.at[0].startsWith("test");
      if (isLast) await eventually(() => told("run.finished")).toBe(1);
      else {
        await eventually(() => told("run.paused")).toBe(pauses + 1);
        expect(executor.rates.length).toBeLessThanOrEqual(steps + 1);
        gate.resume();
        await eventually(() => told("run.finished")).toBe(1);
      }
      expect(executor.rates).toHaveLength(STEPS);
    });
  },
);

test("a test that was asked for while paused goes on, and a pause that comes later stops it", async () => {
  const { gate, told, valve, events } = await reach({ at: ["step", 4], isIdle: false }, true);
  valve.stopAt("test", 2);
  gate.request({
    type: "test",
    refuse: (why) => {
      throw why;
    },
  });
  await eventually(() => valve.stopped).toBe(true);
  gate.resume();
  gate.pause();
  expect(events.slice(-2).map(({ type }) => type)).toEqual(["run.resumed", "run.paused"]);
  const progressed = told("test.progressed");
  valve.open();
  await eventually(() => told("test.progressed")).toBe(progressed + 1);
  expect(told("test.completed")).toBe(0);
  gate.resume();
  await eventually(() => told("run.finished")).toBe(1);
});

test("a pause says whether a test goes on, and how many requests had come", () => {
  const reports: unknown[] = [];
  const onPaused = (report: unknown) => void reports.push(report);
  const gate = createGate({ onPaused, onResumed: onPaused }, false);
  const server = { serve: () => new Promise<never>(() => {}), stepsDone: () => 3 };
  gate.open(server);
  gate.pause();
  gate.resume();
  gate.request({ type: "test", refuse: () => {} });
  gate.pause();
  expect(reports).toEqual([
    { step: 3, received: 1, computes: false },
    { step: 3, received: 2 },
    { step: 3, received: 4, computes: true },
  ]);
});

test("a race refuses what it has no words for, and goes on", async () => {
  const events: WorkerEvent[] = [];
  const gate: Gate = createGate({ onPaused: () => {}, onResumed: () => {} }, true);
  const refused: unknown[] = [];
  const over = race({
    runId: "race",
    lanes: [{ runId: "race/0", settings: SETTINGS }],
    emit: (event) => void events.push(event),
    openData: async () => fakeData(),
    readBase: async () => new Map(),
    selectEngine: async () => ({ executor: fakeExecutor(), reason: "", fallbacks: [] }),
    gate,
    memoryLimitBytes: 1e9,
  });
  const request = () => gate.request({ type: "test", refuse: (why) => void refused.push(why) });
  request();
  await eventually(() => events.some(({ type }) => type === "step.completed")).toBe(true);
  request();
  await eventually(() => refused).toHaveLength(2);
  gate.resume();
  await over;
  expect(events.at(-1)).toMatchObject({ type: "run.finished", step: STEPS });
  expect(refused).toMatchObject([{ code: "run.invalid-command" }, { code: "run.invalid-command" }]);
});
