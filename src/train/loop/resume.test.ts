import { describe, expect, test } from "vitest";
import { keepCheckpoint, newestCheckpoint } from "../../checkpoint/checkpointStore.ts";
import { type MemoryFolder, memoryFolder } from "../../checkpoint/memoryFolder.ts";
import { openReference, openWasm, openWebgpu } from "../../cli/engines.ts";
import { MEMORY_BASE_URL } from "../../data/memoryServer.ts";
import type { Executor, ExecutorState } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import { steeredOf } from "../../settings/steering.ts";
import { openRunData } from "../data/openRunData.ts";
import { bitsOf, mortal, type Open, SETTINGS, SHORT, seen } from "./keptTrials.ts";
import { requireSameData } from "./prepareRun.ts";
import type { RunOptions } from "./run.ts";
import { createGate, type Gate } from "./runControl.ts";
import { smallServer, startSmallRun } from "./smallRun.ts";

const WASM: Open = (options) => openWasm(options, 1);

interface Ran {
  readonly events: readonly WorkerEvent[];
  readonly state: ExecutorState;
}

interface Trial {
  readonly settings?: Settings;
  readonly open?: Open;
  /** The step after which the run is paused, keeps a checkpoint and is abandoned. */
  readonly stopAt?: number;
  /** The step at which another tab asks for the run. Training goes on until the checkpoint is complete. */
  readonly takenAt?: number;
  /** Called for each event, with the gate of the run. */
  readonly onEvent?: (event: WorkerEvent, gate: Gate) => void;
  readonly steered?: RunOptions["steered"];
}

/** Goes on from the newest checkpoint in the folder, if there is one. Resolves at the end or at `stopAt`. */
async function trained(folder: MemoryFolder, trial: Trial = {}): Promise<Ran> {
  const { settings = SETTINGS, open = WASM, stopAt, takenAt, onEvent, steered } = trial;
  const { transport } = await smallServer();
  const { checkpoint, refused } = await newestCheckpoint(folder);
  expect(refused).toEqual([]);
  const events: WorkerEvent[] = [];
  let engine: () => Executor | undefined = () => undefined;
  await new Promise<void>((resolve, reject) => {
    const gate = createGate(
      {
        onPaused: () => gate.request({ type: "keep", refuse: reject }),
        onResumed: () => {},
      },
      false,
    );
    const emit = (event: WorkerEvent) => {
      events.push(event);
      onEvent?.(event, gate);
      if (event.type === "step.completed" && event.step === stopAt) gate.pause();
      if (event.type === "step.completed" && event.step === takenAt)
        gate.request({ type: "keep", kept: () => resolve(), refuse: reject });
      if (event.type === "checkpoint.kept" && event.step === stopAt) resolve();
      if (event.type === "run.finished") resolve();
      if (event.type === "run.failed" || event.type === "checkpoint.failed")
        reject(new Error(event.error.message));
    };
    engine = startSmallRun({
      settings: checkpoint?.summary.lanes[0]?.settings ?? settings,
      emit,
      transport,
      open,
      gate,
      readingIntervalMs: 0,
      checkpoints: { folder, recipe: "one-minute" },
      ...(steered && { steered }),
      ...(checkpoint && { from: checkpoint }),
    });
  });
  const opened = engine();
  const state = await opened?.readState();
  opened?.dispose();
  if (state === undefined) throw new Error("no engine was opened");
  return { events, state };
}

async function endOf({ events, state }: Ran, folder: MemoryFolder) {
  const { checkpoint } = await newestCheckpoint(folder);
  const best = checkpoint?.lanes[0]?.best;
  return {
    ...seen(events),
    bits: bitsOf(state.vectors),
    step: state.step,
    best: { step: best?.step, accuracy: best?.accuracy, bits: bitsOf(best?.weights) },
    isFinished: checkpoint?.summary.isFinished,
  };
}

/** Runs to the end, and once for each of the steps with a stop after it. */
async function compared(stops: readonly number[], trial: Trial = {}) {
  const undisturbed = memoryFolder();
  const whole = await endOf(await trained(undisturbed, trial), undisturbed);
  const pairs = [];
  for (const stopAt of stops) {
    const folder = memoryFolder();
    await trained(folder, { ...trial, stopAt });
    const resumed = await trained(folder, trial);
    const { type, ...from } = resumed.events[0] ?? {};
    pairs.push({
      whole: { ...whole, type: "run.restored", from: stopAt },
      resumed: {
        ...(await endOf(resumed, folder)),
        type,
        from: "step" in from ? from.step : undefined,
      },
    });
  }
  return pairs;
}

describe("a run that goes on from a checkpoint", () => {
  // 7 ends an epoch, 10 a pass through the data, 2 is followed by a validation, and 16 is the last step.
  test("has the curve, matrices, test, best weights and bits of a run without a stop", async () => {
    for (const { resumed, whole } of await compared([2, 7, 10, 16])) expect(resumed).toEqual(whole);
  }, 120_000);

  test("has them after another tab has taken it over", async () => {
    const undisturbed = memoryFolder();
    const whole = await endOf(await trained(undisturbed), undisturbed);
    const folder = memoryFolder();
    await trained(folder, { takenAt: 3 });
    const { checkpoint } = await newestCheckpoint(folder);
    const resumed = await trained(folder);
    expect(checkpoint?.summary.step).toBeGreaterThanOrEqual(3);
    expect(resumed.events[0]?.type).toBe("run.restored");
    expect(await endOf(resumed, folder)).toEqual(whole);
  }, 60_000);

  test("has the bits with moving statistics and residuals", async () => {
    for (const { resumed, whole } of await compared([2], { settings: SHORT }))
      expect(resumed).toEqual(whole);
  }, 60_000);

  test("has the bits on the reference", async () => {
    for (const { resumed, whole } of await compared([2], {
      open: openReference,
      settings: { ...SHORT, steps: 3, holdOut: 0, trainingImages: 16 },
    }))
      expect(resumed).toEqual(whole);
  }, 60_000);

  test("has the bits on WebGPU with mixed precision, whose loss scale is part of the state", async () => {
    const settings = { ...SETTINGS, steps: 3, mixedPrecision: true, reproducible: true };
    for (const { resumed, whole } of await compared([2], { open: openWebgpu, settings }))
      expect(resumed).toEqual(whole);
  }, 120_000);

  test("stops where a run without a stop does, and restores the same best weights", async () => {
    // Validations follow the steps 2, 4, 6, 7 ...; only the first one improves by 100 percentage points.
    const settings: Settings = { ...SETTINGS, patience: 2, minImprovement: 100, restoreBest: true };
    for (const { resumed, whole } of await compared([2, 5, 6], { settings })) {
      expect(resumed).toEqual(whole);
      expect(whole.points.at(-1)?.step).toBe(6);
      expect(whole.ending).toMatchObject([
        { words: expect.stringMatching(/^Stopped: validation has not improved for 2 validations/) },
      ]);
      expect(whole.test).toMatchObject([{ step: whole.best.step }]);
    }
  }, 60_000);

  test("counts the time before the stop", async () => {
    const settings: Settings = { ...SETTINGS, timeLimit: 1 };
    const folder = memoryFolder();
    await trained(folder, { settings, stopAt: 3 });
    const { checkpoint } = await newestCheckpoint(folder);
    const [lane] = checkpoint?.lanes ?? [];
    if (checkpoint === null || lane === undefined) throw new Error("no checkpoint was kept");
    const before = { ...checkpoint, lanes: [{ ...lane, trainMs: 60_000 }] };
    await keepCheckpoint(folder, before);
    const { state, events } = await trained(folder);
    expect(state.step).toBe(3);
    expect(seen(events).ending).toMatchObject([
      { step: 3, words: "Stopped: the time limit of 1 min has been reached." },
    ]);
  }, 60_000);

  test("goes on with the settings that were changed while it trained", async () => {
    const changed = {
      ...steeredOf(SETTINGS),
      ...{ learningRate: 0.002, horizontalFlip: true, steps: SETTINGS.steps + 3 },
    };
    const rateAt = () => {
      let step = 0;
      return {
        onEvent: (event: WorkerEvent) => {
          if (event.type === "step.completed") ({ step } = event);
        },
        steered: () => (step >= 3 ? changed : undefined),
      };
    };
    const whole = await trained(memoryFolder(), rateAt());
    const folder = memoryFolder();
    await trained(folder, { ...rateAt(), stopAt: 5 });
    const { checkpoint } = await newestCheckpoint(folder);
    expect(checkpoint?.changes).toEqual([
      { step: 0, settings: steeredOf(SETTINGS) },
      { step: 3, settings: changed },
    ]);
    expect(checkpoint?.summary.lanes[0]?.settings.learningRate).toBe(0.002);
    const resumed = await trained(folder);
    expect(bitsOf(resumed.state.vectors)).toEqual(bitsOf(whole.state.vectors));
    expect(seen(resumed.events).points).toEqual(seen(whole.events).points);
    expect(resumed.state.step).toBe(changed.steps);
  }, 60_000);

  test("goes on in the phase that it was in, with the bits of a run without a stop", async () => {
    const settings: Settings = { ...SHORT, frozenLayers: 12, optimizer: "rmsprop", steps: 7 };
    const fineTuned = { ...steeredOf(settings), frozenLayers: 0, learningRate: 0.0005 };
    const unfreezing = () => {
      let step = 0;
      return {
        settings,
        onEvent: (event: WorkerEvent) => {
          if (event.type === "step.completed") ({ step } = event);
        },
        steered: () => (step >= 3 ? fineTuned : undefined),
      };
    };
    const undisturbed = memoryFolder();
    const ran = await trained(undisturbed, unfreezing());
    const whole = await endOf(ran, undisturbed);
    // The phase begins after step 3, where the checkpoint of the second stop is already a part of it.
    for (const stopAt of [2, 3, 5]) {
      const folder = memoryFolder();
      const first = await trained(folder, { ...unfreezing(), stopAt });
      const { checkpoint } = await newestCheckpoint(folder);
      const lane = checkpoint?.summary.lanes[0];
      expect(lane?.settings.frozenLayers).toBe(stopAt < 3 ? 12 : 0);
      const isFrozen = !first.state.vectors.has("block1_conv1/kernel:velocity");
      expect(isFrozen).toBe(stopAt < 3);
      const resumed = await trained(folder, stopAt < 3 ? unfreezing() : {});
      expect(await endOf(resumed, folder)).toEqual(whole);
    }
    // The device is lost in the third step of the second phase, which the engine that is opened then repeats.
    const lost = memoryFolder();
    const afterLoss = await trained(lost, { ...unfreezing(), open: mortal(WASM, [6]) });
    expect(afterLoss.events.some(({ type }) => type === "engine.recovered")).toBe(true);
    expect(await endOf(afterLoss, lost)).toEqual(whole);
    expect(ran.events.filter(({ type }) => type === "run.steered")).toMatchObject([
      { step: 3, words: "Learning rate 0.0005, Frozen layers 0" },
    ]);
  }, 60_000);

  test("that loses its device afterwards has the curve and the bits of a run without either", async () => {
    const whole = await trained(memoryFolder());
    const folder = memoryFolder();
    await trained(folder, { stopAt: 5 });
    // The device is lost in step 13, and again while the steps before it are repeated, unless a copy was made between them. The
    // steps are of two passes through the data.
    const resumed = await trained(folder, { open: mortal(WASM, [8, 11]) });
    const recovered = resumed.events.find(({ type }) => type === "engine.recovered");
    expect(recovered).toMatchObject({ step: 12 });
    expect(seen(resumed.events)).toEqual(seen(whole.events));
    expect(bitsOf(resumed.state.vectors)).toEqual(bitsOf(whole.state.vectors));
  }, 60_000);

  test("that was kept within a validation repeats the validation", async () => {
    const whole = await trained(memoryFolder());
    const folder = memoryFolder();
    let asked = false;
    // The step is reported before its validation, so the request is served within the validation.
    const onEvent = (event: WorkerEvent, gate: Gate) => {
      if (event.type !== "step.completed" || event.step !== 7 || asked) return;
      asked = true;
      gate.request({ type: "keep", refuse: () => {} });
    };
    await trained(folder, { onEvent, stopAt: 8 });
    for (const name of [...folder.files.keys()].slice(1)) folder.files.delete(name);
    const { checkpoint } = await newestCheckpoint(folder);
    expect(checkpoint).toMatchObject({ isSettled: false, summary: { step: 7 } });
    const resumed = await trained(folder);
    expect(seen(resumed.events)).toEqual(seen(whole.events));
    expect(bitsOf(resumed.state.vectors)).toEqual(bitsOf(whole.state.vectors));
  }, 60_000);

  test("on another engine ends with nearly the same weights", async () => {
    const settings = SHORT;
    const whole = await trained(memoryFolder(), { settings });
    const folder = memoryFolder();
    await trained(folder, { settings, stopAt: 2 });
    const { events, state } = await trained(folder, { settings, open: openReference });
    expect(events.find(({ type }) => type === "engine.chosen")).toMatchObject({
      reason: expect.stringContaining("Another engine wrote the checkpoint"),
    });
    for (const [name, values] of whole.state.vectors)
      for (const [at, value] of values.entries())
        expect(Math.abs((state.vectors.get(name)?.[at] ?? Number.NaN) - value)).toBeLessThan(2e-3);
  }, 60_000);

  test("with other images is refused", async () => {
    const folder = memoryFolder();
    await trained(folder, { stopAt: 2 });
    const { checkpoint, refused } = await newestCheckpoint(folder);
    if (checkpoint === null) throw new Error(refused[0]?.reason);
    const { transport } = await smallServer({ train: [8, 8, 8, 8, 8] });
    const other = await openRunData({ dataUrl: MEMORY_BASE_URL, transport }, SETTINGS, {
      onProgress: () => {},
    });
    expect(() => requireSameData(checkpoint, other)).toThrow(
      expect.objectContaining({ code: "checkpoint.unusable" }),
    );
  });
});
