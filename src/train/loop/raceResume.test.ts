import { describe, expect, test } from "vitest";
import { newestCheckpoint } from "../../checkpoint/checkpointStore.ts";
import { type MemoryFolder, memoryFolder } from "../../checkpoint/memoryFolder.ts";
import { openReference, openWasm } from "../../cli/engines.ts";
import { MEMORY_BASE_URL } from "../../data/memoryServer.ts";
import type { Executor } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import { openRunData } from "../data/openRunData.ts";
import { bitsOf, mortal, type Open, SETTINGS, SHORT, seen } from "./keptTrials.ts";
import { race } from "./race.ts";
import { createGate, type Gate } from "./runControl.ts";
import { smallServer } from "./smallRun.ts";

const WASM: Open = (options) => openWasm(options, 1);
/** 12 steps are 1.2 passes through the data. */
const LANES: readonly Settings[] = [
  { ...SETTINGS, steps: 12 },
  { ...SETTINGS, steps: 12, optimizer: "sgd", momentum: 0.9 },
];

interface Trial {
  readonly lanes?: readonly Settings[];
  /** One engine for each lane that takes part. */
  readonly open?: readonly Open[];
  /** The step after which the race is paused, keeps a checkpoint and is abandoned. */
  readonly stopAt?: number;
  /** Called for each event, with the gate of the race. */
  readonly onEvent?: (event: WorkerEvent, gate: Gate) => void;
}

/** Goes on from the newest checkpoint in the folder, if there is one. Resolves at the end or at `stopAt`. */
async function raced(folder: MemoryFolder, trial: Trial = {}) {
  const { lanes = LANES, open = [WASM, WASM], stopAt, onEvent } = trial;
  const { transport } = await smallServer();
  const { checkpoint, refused } = await newestCheckpoint(folder);
  expect(refused).toEqual([]);
  const events: WorkerEvent[] = [];
  const opened: Executor[] = [];
  const opening = [...open];
  await new Promise<void>((resolve, reject) => {
    const gate = createGate(
      { onPaused: () => gate.request({ type: "keep", refuse: reject }), onResumed: () => {} },
      false,
    );
    const emit = (event: WorkerEvent) => {
      events.push(event);
      onEvent?.(event, gate);
      if (event.type === "step.completed" && event.step === stopAt) gate.pause();
      if (event.type === "checkpoint.kept" && event.step === stopAt) resolve();
      if ("runId" in event && event.runId === "race") {
        if (event.type === "run.finished") resolve();
        if (event.type === "run.failed" || event.type === "checkpoint.failed")
          reject(new Error(event.error.message));
      }
    };
    void race({
      runId: "race",
      lanes:
        checkpoint?.summary.lanes ??
        lanes.map((settings, at) => ({ runId: `race/${at}`, name: `Lane ${at}`, settings })),
      emit,
      openData: (asSet) =>
        openRunData({ dataUrl: MEMORY_BASE_URL, transport }, asSet, { onProgress: () => {} }),
      readBase: async () => new Map(),
      selectEngine: async (_, options) => {
        const openLane = opening.shift() ?? WASM;
        const at = opened.length;
        const reopen = async () => {
          opened[at] = await openLane(options);
          return opened[at];
        };
        return { executor: await reopen(), reopen, reason: "", fallbacks: [] };
      },
      gate,
      memoryLimitBytes: 1e9,
      readingIntervalMs: 0,
      checkpoints: { folder, recipe: "one-minute" },
      ...(checkpoint && { from: checkpoint }),
    });
  });
  return { events, opened };
}

/** Of each lane what a person sees without times, and the weights that the finished race keeps. */
async function endOf(events: readonly WorkerEvent[], folder: MemoryFolder, lanes = LANES) {
  const { checkpoint } = await newestCheckpoint(folder);
  expect(folder.files.size).toBe(1);
  expect(checkpoint?.summary).toMatchObject({ isFinished: true, step: lanes[0]?.steps });
  return lanes.map((_, at) => {
    const own = events.filter((event) => "runId" in event && event.runId === `race/${at}`);
    const { best, failure } = checkpoint?.lanes[at] ?? {};
    return {
      ...seen(own),
      finished: own.filter(({ type }) => type === "run.finished").length,
      failed: own.flatMap((event) => (event.type === "run.failed" ? [event.error.code] : [])),
      failure: failure?.code,
      best: { step: best?.step, accuracy: best?.accuracy, bits: bitsOf(best?.weights) },
    };
  });
}

let undisturbed: ReturnType<typeof endOf> | undefined;

/** The end of a race without a stop, which is computed once. */
function whole(): ReturnType<typeof endOf> {
  const run = async () => {
    const folder = memoryFolder();
    return endOf((await raced(folder)).events, folder);
  };
  undisturbed ??= run();
  return undisturbed;
}

async function statesAt(folder: MemoryFolder) {
  const { checkpoint } = await newestCheckpoint(folder);
  return checkpoint?.lanes.map(({ state }) => ({
    step: state?.step,
    bits: bitsOf(state?.vectors),
  }));
}

describe("a race that goes on from a checkpoint", () => {
  // 7 ends an epoch, 10 a pass through the data, 12 is the last step.
  test.each([7, 10, 12])(
    "of step %i ends like a race without a stop",
    async (stopAt) => {
      const folder = memoryFolder();
      await raced(folder, { stopAt });
      const { events } = await raced(folder);
      expect(events.slice(0, 3)).toMatchObject(
        ["race", "race/0", "race/1"].map((runId) => ({
          type: "run.restored",
          runId,
          step: stopAt,
        })),
      );
      expect(await endOf(events, folder)).toEqual(await whole());
    },
    120_000,
  );

  test.each([
    ["CPU compiled", WASM],
    ["the reference", openReference],
  ])(
    "has the state of all lanes to the bit: %s",
    async (_, open) => {
      const lanes = [
        { ...SHORT, holdOut: 0, trainingImages: 16, steps: 3 },
        { ...SHORT, holdOut: 0, trainingImages: 16, steps: 3, residual: false },
      ];
      const trial = { lanes, open: [open, open] };
      const straight = memoryFolder();
      await raced(straight, { ...trial, stopAt: 3 });
      const folder = memoryFolder();
      await raced(folder, { ...trial, stopAt: 2 });
      await raced(folder, { ...trial, stopAt: 3 });
      expect(await statesAt(folder)).toEqual(await statesAt(straight));
      expect((await statesAt(straight))?.map(({ step }) => step)).toEqual([3, 3]);
    },
    120_000,
  );

  test("that was kept while its second network was validated repeats both validations", async () => {
    const folder = memoryFolder();
    let asked = false;
    const onEvent = (event: WorkerEvent, gate: Gate) => {
      if (event.type !== "validation.completed" || event.runId !== "race/0" || asked) return;
      asked = event.step === 7;
      if (asked) gate.request({ type: "keep", refuse: () => {} });
    };
    await raced(folder, { onEvent, stopAt: 8 });
    for (const name of [...folder.files.keys()].slice(1)) folder.files.delete(name);
    const { checkpoint } = await newestCheckpoint(folder);
    expect(checkpoint).toMatchObject({ isSettled: false, summary: { step: 7 } });
    expect(await endOf((await raced(folder)).events, folder)).toEqual(await whole());
  }, 120_000);

  test("that had finished repeats its results without an engine", async () => {
    const folder = memoryFolder();
    await raced(folder);
    const { events, opened } = await raced(folder, { open: [] });
    expect(opened).toEqual([]);
    expect(await endOf(events, folder)).toEqual(await whole());
  }, 120_000);

  test("keeps the network that had left it out, and its names", async () => {
    const folder = memoryFolder();
    const lost = { open: [mortal(WASM, [2, 3, 4]), WASM] };
    await raced(folder, { ...lost, stopAt: 5 });
    const { checkpoint } = await newestCheckpoint(folder);
    expect(checkpoint?.summary.lanes.map(({ name }) => name)).toEqual(["Lane 0", "Lane 1"]);
    expect(checkpoint?.lanes).toMatchObject([
      { state: null, failure: { code: "engine.device-lost" } },
      { state: { step: 5 }, failure: null },
    ]);
    const { events, opened } = await raced(folder, { open: [WASM] });
    expect(opened).toHaveLength(1);
    const [gone, other] = await endOf(events, folder);
    expect(gone).toMatchObject({
      ...{ failed: ["engine.device-lost"], failure: "engine.device-lost", finished: 0 },
    });
    expect(other).toMatchObject({ failed: [], finished: 1, test: [{ step: 12 }] });
  }, 120_000);
});

test("a race in which one network loses its device ends like a race without the loss", async () => {
  const folder = memoryFolder();
  const { events } = await raced(folder, { open: [WASM, mortal(WASM, [12])] });
  expect(events.filter(({ type }) => type === "engine.recovered")).toMatchObject([
    { runId: "race/1", step: 11 },
  ]);
  expect(await endOf(events, folder)).toEqual(await whole());
}, 120_000);
