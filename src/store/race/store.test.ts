import { describe, expect, test } from "vitest";
import type { RunClient } from "../../client/runClient.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import { decodeLink } from "../settings/link.ts";
import { createPlayground } from "../store.ts";
import { experimentBlocked, lanesNow, raceBlocked } from "./blocked.ts";
import { bandOf, experimentShare, experimentText, verdictOf } from "./experiment.ts";
import {
  experimentTitle,
  forgetExperiment,
  type KeptPlace,
  keepExperiment,
  keptExperiment,
} from "./keptExperiment.ts";
import { createRace, runningExperiment } from "./store.ts";

/** Fakes the client of the playground or of the race. */
function fakeClient(calls: string[]): RunClient & { readonly races: (readonly Settings[])[] } {
  const races: (readonly Settings[])[] = [];
  const record = (name: string) => () => void calls.push(name);
  const question = (name: string) => () => {
    calls.push(name);
    return name;
  };
  return {
    races,
    inspectDataSet: question("inspectDataSet"),
    inspectOwnData: question("inspectOwnData"),
    cancelOwnData: record("cancelOwnData"),
    lookAtData: question("lookAtData"),
    cancelLook: record("cancelLook"),
    keep: record("keep"),
    start: () => "run",
    reopen: question("reopen"),
    storeCheckpoint: question("storeCheckpoint"),
    startRace(lanes) {
      races.push(lanes.map(({ settings }) => settings));
      const raceId = `race-${races.length}`;
      return { raceId, laneIds: lanes.map((_, index) => `${raceId}/${index}`) };
    },
    measure: () => "measurement",
    cancelMeasure: record("cancelMeasure"),
    pause: record("pause"),
    resume: record("resume"),
    step: record("step"),
    test: record("test"),
    steer: record("steer"),
    requestImages: question("requestImages"),
    classifyPicture: question("classifyPicture"),
    requestFile: () => "file",
    reset: record("reset"),
  };
}

function setUp() {
  const calls: string[] = [];
  const client = fakeClient(calls);
  const playground = createPlayground(() => fakeClient([]));
  const { store, actions } = createRace(playground, () => client);
  return { playground, store, actions, calls, races: client.races, state: () => store.getState() };
}

const validated = (runId: string, step: number, accuracy: number): WorkerEvent => ({
  type: "validation.completed",
  runId,
  whole: true,
  step,
  loss: 1,
  accuracy,
  numImages: 10,
  confusion: new Uint32Array(100),
  labels: new Uint8Array(0),
  predicted: new Uint8Array(0),
  probabilities: new Float32Array(0),
});

/** Returns the worker's events of a race of two, from its first validation to its end. */
function raceEvents(raceId: string, accuracies: readonly number[]): readonly WorkerEvent[] {
  const lanes = accuracies.flatMap((accuracy, index): readonly WorkerEvent[] => {
    const runId = `${raceId}/${index}`;
    return [
      validated(runId, 10, accuracy / 2),
      validated(runId, 20, accuracy),
      {
        ...validated(runId, 20, accuracy),
        type: "test.completed",
        predicted: new Uint8Array(0),
        labels: new Uint8Array(0),
        probabilities: new Float32Array(0),
      } as WorkerEvent,
      { type: "run.finished", runId, step: 20, trainMs: 1 },
    ];
  });
  return [...lanes, { type: "run.finished", runId: raceId, step: 20, trainMs: 2 }];
}

const failed = (runId: string): WorkerEvent => ({
  type: "run.failed",
  runId,
  step: 0,
  error: { code: "engine.out-of-memory", message: "It does not fit.", context: {} },
});

describe("the race", () => {
  test("starts with the current settings and the twin, pauses, goes on and is gone after a reset", () => {
    const { playground, actions, races, calls, state } = setUp();
    playground.actions.setValue("middleRepeats", 2);
    actions.start();
    expect(races[0]).toMatchObject([
      { middleRepeats: 2, convolution: "separable" },
      { middleRepeats: 2, convolution: "ordinary" },
    ]);
    actions.pause();
    actions.receive({ type: "run.paused", runId: "race-1", step: 1, received: 1, computes: false });
    actions.step();
    actions.resume();
    actions.reset();
    expect(calls).toEqual(["pause", "step", "resume", "reset"]);
    expect(state().race.lanes).toEqual([]);
  });

  test("says what is wrong with a rival instead of starting", () => {
    const { playground, store, actions, races } = setUp();
    actions.chooseRival({ kind: "setting", key: "width", text: "wide" });
    expect(lanesNow(store.getState().rival, playground.store.getState().settings.values).ok).toBe(
      false,
    );
    actions.start();
    expect(races).toEqual([]);
    expect(raceBlocked(store.getState().rival, playground.store.getState())).toContain(
      "Width multiplier",
    );
  });

  test("that fails as a whole keeps its reason", () => {
    const { actions, state } = setUp();
    actions.start();
    actions.receive(failed("race-1"));
    expect(state().race.run.error?.message).toBe("It does not fit.");
  });
});

function fakePlace(): KeptPlace {
  let stored: unknown;
  return {
    get: async () => stored,
    async put(kept) {
      stored = structuredClone(kept);
    },
    async remove() {
      stored = undefined;
    },
  };
}

describe("an experiment", () => {
  test("runs a race of its arms for each seed and keeps mean, band and verdict", () => {
    const { actions, races, state } = setUp();
    actions.setSeeds(2);
    actions.runExperiment();
    expect(races[0]?.map(({ residual, seed }) => [residual, seed])).toEqual([
      [true, 1],
      [false, 1],
    ]);
    for (const event of raceEvents("race-1", [0.8, 0.6])) actions.receive(event);
    expect(races[1]?.map(({ seed }) => seed)).toEqual([2, 2]);
    const half = runningExperiment(state());
    expect(half && [experimentText(half), experimentShare(half)]).toEqual(["Seed 2 of 2", 0.5]);
    for (const event of raceEvents("race-2", [0.82, 0.64])) actions.receive(event);
    const done = state().experiments.residuals;
    if (done === undefined) throw new Error("the experiment is kept");
    expect([done.outcome, experimentText(done), experimentShare(done)]).toEqual([
      "finished",
      "Finished",
      1,
    ]);
    expect(done.arms.map(({ seeds }) => seeds.map(({ testAccuracy }) => testAccuracy))).toEqual([
      [0.8, 0.82],
      [0.6, 0.64],
    ]);
    const [arm] = done.arms;
    const band = arm && bandOf(arm);
    expect(band?.map(({ step }) => step)).toEqual([10, 20]);
    expect(band?.[1]?.mean).toBeCloseTo(0.81);
    expect(band?.[1]?.high).toBeCloseTo(0.81 + Math.SQRT2 / 100);
    expect(verdictOf(done)).toContain("“With residuals” is ahead by 19.0 points");
    expect(runningExperiment(state())).toBeNull();
  });

  test("is kept with its finished seeds, and goes on in another visit as if nothing had happened", async () => {
    const place = fakePlace();
    const before = setUp();
    before.actions.setSeeds(2);
    before.actions.runExperiment();
    for (const event of raceEvents("race-1", [0.8, 0.6])) before.actions.receive(event);
    const running = runningExperiment(before.state());
    if (running === null) throw new Error("the experiment goes on");
    await keepExperiment(place, running);
    const kept = await keptExperiment(place);
    if (kept === null) throw new Error("the experiment is kept");
    expect([experimentTitle(kept), kept.raceId]).toEqual([
      "Residual connections or none, seed 2 of 2",
      "race-2",
    ]);

    const { actions, races, state } = setUp();
    actions.goOnWithExperiment({ kept, title: experimentTitle(kept), checkpoint: null });
    expect(races[0]?.map(({ residual, seed }) => [residual, seed])).toEqual([
      [true, 2],
      [false, 2],
    ]);
    expect(runningExperiment(state())?.arms).toEqual(running.arms);
    for (const event of raceEvents("race-1", [0.82, 0.64])) actions.receive(event);
    const [first] = state().experiments.residuals?.arms ?? [];
    expect(first?.seeds.map(({ seed, testAccuracy }) => [seed, testAccuracy])).toEqual([
      [1, 0.8],
      [2, 0.82],
    ]);
    await forgetExperiment(place);
    expect(await keptExperiment(place)).toBeNull();
  });

  test("that another version kept, or a full storage did not, is none", async () => {
    const place = fakePlace();
    const { actions, state } = setUp();
    actions.runExperiment();
    const running = runningExperiment(state());
    if (running === null) throw new Error("the experiment goes on");
    await keepExperiment(place, running);
    const { id, numSeeds, seed, race, arms } = running;
    const kept = { id, numSeeds, seed, raceId: race.run.runId ?? "", arms: [...arms] };
    expect(await keptExperiment({ ...place, get: async () => ({ ...kept, seed: 0 }) })).toBeNull();
    expect(await keptExperiment({ ...place, get: () => Promise.reject(new Error()) })).toBeNull();
    await keepExperiment({ ...place, put: () => Promise.reject(new Error("full")) }, running);
    expect(await keptExperiment(place)).toBeNull();
  });

  test("says which arm failed with which seed, and goes on with the next", () => {
    const { actions, state, races } = setUp();
    actions.setSeeds(2);
    actions.runExperiment();
    const [, , , , ...rest] = raceEvents("race-1", [0.8, 0.6]);
    actions.receive(failed("race-1/0"));
    for (const event of rest) actions.receive(event);
    expect(races).toHaveLength(2);
    expect(state().experiments.residuals?.arms[0]?.failures).toEqual([
      { seed: 1, message: "It does not fit." },
    ]);
  });

  test("fails where no race can be had at all", () => {
    const { actions, state } = setUp();
    actions.runExperiment();
    actions.receive(failed("race-1"));
    const experiment = state().experiments.residuals;
    expect(experiment && experimentText(experiment)).toBe("Failed: It does not fit.");
  });

  test("can be cancelled and keeps the seeds that are over", () => {
    const { actions, state, calls } = setUp();
    actions.runExperiment();
    for (const event of raceEvents("race-1", [0.8, 0.6])) actions.receive(event);
    actions.cancelExperiment();
    expect(calls).toEqual(["reset"]);
    const experiment = state().experiments.residuals;
    expect(experiment && experimentText(experiment)).toBe("Cancelled after 1 of 3 seeds");
    expect(experiment?.arms[0]?.seeds).toHaveLength(1);
  });

  test("is asked of the current settings where that is wanted, and of none but Xception", () => {
    const { playground, actions, store, races } = setUp();
    playground.actions.setValue("steps", 7);
    actions.chooseExperiment("intermediate-activation");
    actions.chooseBase("current");
    actions.runExperiment();
    expect(
      races[0]?.map(({ steps, intermediateActivation }) => [steps, intermediateActivation]),
    ).toEqual([
      [7, "none"],
      [7, "relu"],
      [7, "elu"],
    ]);
    playground.actions.setValue("network", "two-layers");
    expect(
      experimentBlocked("residuals", store.getState().experimentBase, playground.store.getState()),
    ).toContain("Xception");
  });
});

test("neither a race nor an experiment trains with another value of what a link has locked", () => {
  const { playground, actions, store, races } = setUp();
  playground.actions.openLink(decodeLink("?v2=one-minute&lock=con,lr"));
  actions.start();
  expect(raceBlocked({ kind: "twin" }, playground.store.getState())).toContain(
    "has locked Convolution",
  );
  actions.chooseRival({ kind: "setting", key: "learningRate", text: "0.5" });
  actions.start();
  actions.runExperiment();
  expect(races).toEqual([]);
  const { experimentId, experimentBase } = store.getState();
  expect(experimentBlocked(experimentId, experimentBase, playground.store.getState())).toContain(
    "has locked Learning rate",
  );
  actions.chooseRival({ kind: "setting", key: "momentum", text: "0.5" });
  actions.start();
  expect(races).toHaveLength(1);
});
