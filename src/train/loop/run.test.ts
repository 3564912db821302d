import { describe, expect, test, vi } from "vitest";
import { PlaygroundError } from "../../core/errors.ts";
import type { Executor, StateHolder } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { type Steered, steeredOf } from "../../settings/steering.ts";
import type { RunData } from "../data/runData.ts";
import { measureRun } from "../engine/measureRun.ts";
import { batchStream, type FakeExecutor, fakeData, fakeExecutor } from "./fakeRun.ts";
import type { LentNetwork } from "./lentNetwork.ts";
import { type RunOptions, run } from "./run.ts";
import { createGate, type Gate } from "./runControl.ts";

const SETTINGS: Settings = {
  ...oneMinute.settings,
  schedule: "constant",
  batchSize: 8,
  budget: "epochs",
  epochs: 2,
  learningRate: 0.1,
};

/** Starts a run and records its events. `until` resolves with the first event of a type. */
function started(
  options: {
    settings?: Partial<Settings>;
    data?: RunData;
    executor?: FakeExecutor;
    paused?: boolean;
  } = {},
) {
  const events: WorkerEvent[] = [];
  const waiting = new Map<string, (event: WorkerEvent) => void>();
  const emit = (event: WorkerEvent) => {
    events.push(event);
    waiting.get(event.type)?.(event);
  };
  const until = (type: WorkerEvent["type"]) =>
    new Promise<WorkerEvent>((resolve) => {
      const seen = events.find((event) => event.type === type);
      if (seen !== undefined) resolve(seen);
      else waiting.set(type, resolve);
    });
  const executor = options.executor ?? fakeExecutor();
  const steered: { value?: Steered } = {};
  const gate: Gate = createGate(
    {
      onPaused: (report) => emit({ type: "run.paused", runId: "r", ...report }),
      onResumed: (report) => emit({ type: "run.resumed", runId: "r", ...report }),
    },
    options.paused ?? false,
  );
  const environment: RunOptions = {
    runId: "r",
    settings: { ...SETTINGS, ...options.settings },
    emit,
    openData: async () => options.data ?? fakeData(),
    readBase: async () => new Map(),
    selectEngine: async () => ({ executor, reason: "there is no other", fallbacks: [] }),
    gate,
    steered: () => steered.value,
  };
  return { events, until, executor, gate, steered, environment };
}

const refuse = (why: unknown) => {
  throw why;
};

const typesOf = (events: readonly WorkerEvent[]) => events.map((event) => event.type);
const lastStep = (events: readonly WorkerEvent[]) =>
  events.findLast((event) => event.type === "step.completed")?.step;

describe("a run", () => {
  test("trains for its epochs, validates at each one's end, tests and finishes", async () => {
    const { events, until, executor, environment } = started();
    void run(environment);
    await until("run.finished");
    expect(executor.rates).toHaveLength(20);
    expect(events.filter((event) => event.type === "epoch.completed")).toMatchObject([
      { epoch: 1, step: 10 },
      { epoch: 2, step: 20 },
    ]);
    expect(
      events.filter((event) => event.type === "validation.completed" && event.whole),
    ).toHaveLength(2);
    expect(events.find((event) => event.type === "test.completed")).toMatchObject({
      numImages: 8,
      step: 20,
    });
    expect(typesOf(events).indexOf("engine.chosen")).toBeLessThan(
      typesOf(events).indexOf("step.completed"),
    );
  });

  test("augments the images it trains on and no others", async () => {
    const { until, executor, environment } = started({ settings: { horizontalFlip: true } });
    void run(environment);
    await until("run.finished");
    const { training, evaluation } = executor.augmented;
    expect(new Set(training)).toEqual(new Set([true]));
    expect(new Set(evaluation)).toEqual(new Set([false]));
  });

  test("validates on the subset several times within an epoch", async () => {
    const { events, until, environment } = started();
    void run(environment);
    await until("run.finished");
    const subset = events.filter((event) => event.type === "validation.completed" && !event.whole);
    expect(subset.map((event) => "step" in event && event.step)).toEqual([3, 6, 9, 12, 15, 18]);
  });

  test("trains for a number of steps that is no whole number of epochs", async () => {
    const { events, until, executor, environment } = started({
      settings: { budget: "steps", steps: 13 },
    });
    void run(environment);
    await until("run.finished");
    expect(executor.rates).toHaveLength(13);
    expect(events.find((event) => event.type === "run.prepared")).toMatchObject({
      totalSteps: 13,
      stepsPerEpoch: 10,
    });
  });

  test("with steps an epoch goes on through the next pass where one ends, as Keras' generators do", async () => {
    const passes: number[] = [];
    const trainingBatches = (pass: number) => {
      passes.push(pass);
      return batchStream(10, 8);
    };
    const { events, until, executor, environment } = started({
      settings: { stepsPerEpoch: 7, epochs: 3 },
      data: fakeData({ trainingBatches }),
    });
    void run(environment);
    await until("run.finished");
    expect(executor.rates).toHaveLength(21);
    expect(passes).toEqual([0, 1, 2]);
    expect(events.filter((event) => event.type === "epoch.completed")).toMatchObject([
      { epoch: 1, step: 7 },
      { epoch: 2, step: 14 },
      { epoch: 3, step: 21 },
    ]);
    expect(events.find((event) => event.type === "run.prepared")).toMatchObject({
      stepsPerEpoch: 7,
      notes: expect.arrayContaining([expect.stringContaining("56 images, of the 80")]),
    });
  });

  test("with validation steps looks at so many batches of images", async () => {
    const { events, until, environment } = started({ settings: { validationSteps: 2, epochs: 1 } });
    void run(environment);
    await until("run.finished");
    const whole = events.filter((event) => event.type === "validation.completed" && event.whole);
    expect(whole).toMatchObject([{ numImages: 16 }]);
    expect(events.find((event) => event.type === "run.prepared")).toMatchObject({
      numValidation: 16,
    });
  });

  test("without a hold-out has no validation and still shows predictions", async () => {
    const { events, until, environment } = started({ data: fakeData({ numValidation: 0 }) });
    void run(environment);
    await until("run.finished");
    expect(typesOf(events)).not.toContain("validation.completed");
    expect(typesOf(events)).toContain("predictions.updated");
  });

  test("started paused takes one step; each Step takes one more; Resume goes on to the end", async () => {
    const { events, until, executor, gate, environment } = started({ paused: true });
    void run(environment);
    await until("run.paused");
    expect(executor.rates).toHaveLength(1);
    expect(lastStep(events)).toBe(1);
    gate.step();
    await expect
      .poll(() => events.filter((event) => event.type === "run.paused"))
      .toMatchObject([{ step: 1 }, { step: 2 }]);
    expect(executor.rates).toHaveLength(2);
    gate.resume();
    await until("run.finished");
    expect(executor.rates).toHaveLength(20);
  });

  test("a paused run still tests and delivers images when asked", async () => {
    const { events, until, gate, environment } = started({ paused: true });
    void run(environment);
    await until("run.paused");
    gate.request({ type: "test", refuse });
    gate.request({ type: "images", requestId: "images", of: "test", indices: [1, 2], refuse });
    await until("images.delivered");
    const heldOut = { type: "images", requestId: "held out", of: "whole", indices: [0] } as const;
    gate.request({ ...heldOut, refuse });
    await vi.waitFor(() =>
      expect(typesOf(events).filter((type) => type === "images.delivered")).toHaveLength(2),
    );
    expect(await until("test.completed")).toMatchObject({ step: 1 });
    expect(lastStep(events)).toBe(1);
  });

  test("lends its network between two steps, with the weights that did best so far", async () => {
    const best = new Map([3, 6, 9, 10].map((step, index) => [step, [0.5, 0.8, 0.8, 0.7][index]]));
    const executor = fakeExecutor({ accuracyAt: (step) => best.get(step) ?? 0 });
    const { until, gate, environment } = started({
      executor,
      settings: { budget: "steps", steps: 10 },
    });
    void run(environment);
    await until("run.finished");
    const lent = await new Promise<LentNetwork>((resolve) => {
      gate.request({ type: "lend", use: async (network) => resolve(network), refuse });
    });
    expect(lent).toMatchObject({ step: 10, best: { step: 6, accuracy: 0.8 } });
    expect(lent.best?.weights.get("layer/kernel")).toEqual(Float32Array.of(6));
    expect((await lent.executor.readWeights()).get("layer/kernel")).toEqual(Float32Array.of(10));
  });

  test("images that cannot be had are said, and the run goes on", async () => {
    const failing = async () => {
      throw new PlaygroundError({
        code: "data.unreachable",
        where: "test-00.shard",
        rule: "no answer",
        remedy: "Try again.",
      });
    };
    const { events, until, gate, environment } = started({ paused: true });
    const data = fakeData({ testImages: failing, numValidation: 0 });
    void run({ ...environment, openData: async () => data });
    await until("run.paused");
    const refused = await new Promise((resolve) => {
      gate.request({
        type: "images",
        requestId: "images",
        of: "test",
        indices: [1],
        refuse: resolve,
      });
    });
    expect(refused).toMatchObject({ code: "data.unreachable" });
    expect(typesOf(events)).not.toContain("run.failed");
  });

  test("a changed learning rate applies from the next step", async () => {
    const { until, executor, gate, steered, environment } = started({ paused: true });
    void run(environment);
    await until("run.paused");
    steered.value = { ...steeredOf(SETTINGS), learningRate: 0.02 };
    gate.resume();
    await until("run.finished");
    expect(executor.rates.slice(0, 3)).toEqual([0.1, 0.02, 0.02]);
  });

  test("a changed schedule, augmentation and length apply from the next step, and are reported once", async () => {
    const { events, until, executor, gate, steered, environment } = started({ paused: true });
    void run(environment);
    await until("run.paused");
    steered.value = {
      ...steeredOf(SETTINGS),
      ...{ schedule: "step", decayFactor: 0.5, decayEpochs: 1, zoom: 0.1 },
      ...{ budget: "steps", steps: 12 },
    };
    gate.resume();
    await until("run.finished");
    expect(executor.rates).toHaveLength(12);
    expect(executor.rates.slice(9)).toEqual([0.1, 0.05, 0.05]);
    const told = events.filter(({ type }) => type === "run.steered");
    expect(told).toEqual([
      {
        type: "run.steered",
        runId: "r",
        step: 1,
        settings: steered.value,
        words: expect.stringContaining("Schedule step"),
        totalSteps: 12,
      },
    ]);
  });

  test("a length below the steps done ends the run with the next step", async () => {
    const { until, executor, gate, steered, environment } = started({ paused: true });
    void run(environment);
    await until("run.paused");
    gate.step();
    gate.step();
    steered.value = { ...steeredOf(SETTINGS), budget: "steps", steps: 1 };
    gate.resume();
    await until("run.finished");
    expect(executor.rates.length).toBeLessThanOrEqual(3);
  });

  test("stops when validation has not improved for so long, and tests the best weights", async () => {
    // Validations follow the steps 3, 6, 9 and 10. The second one is the best.
    const accuracies: Readonly<Record<number, number>> = { 3: 0.5, 6: 0.8, 9: 0.7, 10: 0.8 };
    const executor = fakeExecutor({ accuracyAt: (step) => accuracies[step] ?? 0.1 });
    const { events, until, gate, environment } = started({
      settings: { patience: 2, restoreBest: true },
      executor,
    });
    void run(environment);
    await until("run.finished");
    expect(executor.rates).toHaveLength(10);
    expect(events.filter(({ type }) => type === "training.ended")).toEqual([
      {
        type: "training.ended",
        runId: "r",
        step: 10,
        words:
          "Stopped: validation has not improved for 2 validations; the best weights, of step 6, were restored.",
      },
    ]);
    expect(await executor.readWeights()).toEqual(new Map([["layer/kernel", Float32Array.of(6)]]));
    expect(events.find(({ type }) => type === "test.completed")).toMatchObject({ step: 6 });
    const network = await new Promise<LentNetwork>((resolve) =>
      gate.request({ type: "lend", refuse, use: async (lent) => resolve(lent) }),
    );
    expect(network.step).toBe(6);
    expect(network.measured).toMatchObject({
      validation: { step: 6, accuracy: 0.8 },
      test: { step: 6 },
    });
  });

  test("a patience that is set while it trains applies after the next step", async () => {
    const { until, executor, gate, steered, environment } = started({ paused: true });
    void run(environment);
    await until("run.paused");
    steered.value = { ...steeredOf(SETTINGS), stopAccuracy: 70 };
    gate.resume();
    await until("run.finished");
    // The fake's accuracy is 0.75 from the first validation on.
    expect(executor.rates).toHaveLength(3);
  });

  test("says that nothing is held out to stop by", async () => {
    const { until, environment } = started({
      settings: { patience: 3 },
      data: fakeData({ numValidation: 0, validationBatches: () => batchStream(0, 4) }),
    });
    void run(environment);
    expect(await until("run.prepared")).toMatchObject({
      notes: expect.arrayContaining([expect.stringContaining("No images are held out")]),
    });
    await until("run.finished");
  });

  test("a loss that is no number fails the run, names the step and the learning rate", async () => {
    const executor = fakeExecutor({ lossAt: (step) => (step >= 7 ? Number.NaN : 1) });
    const { events, until, environment } = started({ executor });
    void run(environment);
    const failed = await until("run.failed");
    expect(failed).toMatchObject({
      error: {
        code: "run.diverged",
        message: expect.stringMatching(
          /^Training, steps? 7( to \d)?: .*got NaN\. Lower Learning rate/,
        ),
        context: { setting: "learningRate" },
      },
    });
    expect(typesOf(events)).not.toContain("run.finished");
  });

  test("a run that failed still lends the newest copy of its weights from before", async () => {
    const path = "block1_conv1/kernel";
    const made = fakeExecutor({ lossAt: (step) => (step >= 7 ? Number.NaN : 1) });
    const readState: StateHolder["readState"] = async () => {
      const step = made.rates.length;
      return { step, vectors: new Map([[path, Float32Array.of(step)]]) };
    };
    let time = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => {
      time += 1000;
      return time;
    });
    const { until, gate, environment } = started({ executor: { ...made, readState } });
    const again = async () => fakeExecutor();
    const selectEngine: RunOptions["selectEngine"] = async (...request) => ({
      ...(await environment.selectEngine(...request)),
      reopen: again,
    });
    void run({ ...environment, selectEngine });
    const failed = await until("run.failed");
    clock.mockRestore();
    expect(failed).toMatchObject({ error: { code: "run.diverged" }, step: 7 });
    const keptStep = failed.type === "run.failed" ? failed.keptStep : undefined;
    expect(keptStep).toBeGreaterThan(0);
    const lent = await new Promise<LentNetwork>((resolve) => {
      gate.request({ type: "lend", use: async (network) => resolve(network), refuse });
    });
    expect(lent.step).toBe(keptStep);
    const weights = new Map([[path, Float32Array.of(lent.step)]]);
    expect(await lent.executor.readWeights()).toEqual(weights);
  });

  test("a device that is lost once leaves the run as it was, and is told with the phase that goes on", async () => {
    let lose: (reason: string) => void = () => {};
    const deviceLost = new Promise<string>((resolve) => {
      lose = resolve;
    });
    const first = fakeExecutor({ deviceLost });
    const trainStep: Executor["trainStep"] = async (...step) => {
      if (first.rates.length === 4) lose("the driver was reset");
      await first.trainStep(...step);
    };
    const second = fakeExecutor();
    const { events, until, environment } = started({ executor: { ...first, trainStep } });
    const selectEngine: RunOptions["selectEngine"] = async (...request) => ({
      ...(await environment.selectEngine(...request)),
      reopen: async () => second,
    });
    void run({ ...environment, selectEngine });
    expect(await until("run.finished")).toMatchObject({ step: 20 });
    expect(second.batches).toHaveLength(20);
    expect(second.batches.slice(0, 4)).toEqual(first.batches.slice(0, 4));
    const at = events.findIndex((event) => event.type === "engine.recovered");
    expect(events.slice(at - 1, at + 2)).toMatchObject([
      { type: "run.phaseChanged", phase: "compiling", detail: expect.stringContaining("another") },
      { type: "engine.recovered", reason: "the driver was reset", resumedStep: 0 },
      { type: "run.phaseChanged", phase: "training" },
    ]);
    const steps = events.flatMap((event) => (event.type === "step.completed" ? [event.step] : []));
    expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
  });

  test("a lost device fails the run although the step never comes back", async () => {
    let lose: (reason: string) => void = () => {};
    const deviceLost = new Promise<string>((resolve) => {
      lose = resolve;
    });
    const executor = {
      ...fakeExecutor({ deviceLost }),
      trainStep: () => new Promise<void>(() => {}),
    };
    const { until, environment } = started({ executor });
    void run(environment);
    await until("engine.chosen");
    lose("the driver was reset");
    expect(await until("run.failed")).toMatchObject({
      error: { code: "engine.device-lost" },
      step: 0,
    });
  });

  test("data that cannot be opened fail the run before an engine is built", async () => {
    const { events, until, environment } = started();
    const unreachable = async () => {
      throw new PlaygroundError({
        code: "data.unreachable",
        where: "manifest.json",
        rule: "no answer",
        remedy: "Go online.",
      });
    };
    void run({ ...environment, openData: unreachable });
    expect(await until("run.failed")).toMatchObject({ error: { code: "data.unreachable" } });
    expect(typesOf(events)).not.toContain("engine.chosen");
  });

  test("fewer images than a batch are refused with the control to change", async () => {
    const { until, environment } = started({ data: fakeData({ numTrain: 5 }) });
    void run(environment);
    expect(await until("run.failed")).toMatchObject({
      error: { code: "data.too-few-images", context: { setting: "trainingImages" } },
    });
  });

  test.each([
    [{ preparation: "printed" }, "preparation"],
    [{ base: "fashion-mnist" }, "base"],
  ] as const)(
    "refuses %o for grey input before an engine is built, beside the control",
    async (settings, setting) => {
      const { events, until, environment } = started({ settings });
      void run(environment);
      await until("run.failed");
      expect(events.find((event) => event.type === "run.failed")).toMatchObject({
        error: { code: "setting.invalid", context: { setting } },
      });
      expect(typesOf(events)).not.toContain("engine.chosen");
    },
  );

  test("says where the run differs from the settings", async () => {
    const { until, environment } = started({ settings: { classes: 1000, inputChannels: 3 } });
    void run(environment);
    const prepared = await until("run.prepared");
    expect(prepared.type === "run.prepared" && prepared.notes).toEqual([
      "Counted with 1,000 classes; trained here with a head of 2, as many as the data has.",
      "The images are grey: each is taken three times, once for every input channel.",
      "Only a few.",
    ]);
  });
});

describe("a measurement", () => {
  test("takes a few steps and tells the time of an epoch and of the run, from all that a fast engine gets through", async () => {
    const { events, until, executor, environment } = started();
    void measureRun(environment);
    const measured = await until("speed.measured");
    expect(executor.rates).toHaveLength(10);
    expect(measured.type === "speed.measured" && measured.totalMs).toBeCloseTo(
      2 * (measured.type === "speed.measured" ? measured.epochMs : 0),
    );
    expect(typesOf(events)).not.toContain("step.completed");
  });
});
