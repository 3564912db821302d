import { describe, expect, test } from "vitest";
import { parametersOf } from "../../network/matchParameters.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { curveOf, placeOf, targetMet } from "./curves.ts";
import { engineText } from "./engines.ts";
import { leaderText } from "./leader.ts";
import { enginesFor, lanesFor, otherValue, RIVAL_KEYS, raceEngines } from "./rival.ts";
import { accentsOf, noRace, type RaceState, raceAfter, startedRace } from "./state.ts";
import { positionText, raceShare, raceStatusText } from "./status.ts";

const { settings } = oneMinute;
const IDS = ["race/0", "race/1"];
const PLANS = lanesFor(settings, { kind: "twin" });

const prepared = (runId: string): WorkerEvent => ({
  type: "run.prepared",
  runId,
  stepsPerEpoch: 100,
  totalSteps: 200,
  numTrain: 6400,
  numValidation: 1000,
  batchSize: 64,
  dataSet: {
    id: "starter",
    title: "Starter set",
    classes: ["a", "b"],
    numTrain: 6400,
    numTest: 100,
    height: 28,
    width: 28,
    channels: 1,
    sizeBytes: 1,
    numShards: 1,
    fallbackReason: "",
  },
  notes: [],
});
const stepped = (runId: string, step: number, trainMs: number): WorkerEvent => ({
  type: "step.completed",
  runId,
  step,
  epoch: 1,
  stepInEpoch: step,
  learningRate: 1,
  points: [{ step, loss: 1 / step, accuracy: 0 }],
  stepMs: 1,
  imagesPerSecond: 1,
  trainMs,
  remainingMs: 1,
  usedBytes: 1,
  numTensors: 1,
});
const validated = (runId: string, step: number, accuracy: number): WorkerEvent => ({
  type: "validation.completed",
  runId,
  whole: false,
  step,
  loss: 1,
  accuracy,
  numImages: 1000,
  confusion: new Uint32Array(100),
  labels: new Uint8Array(0),
  predicted: new Uint8Array(0),
  probabilities: new Float32Array(0),
});
const training: WorkerEvent = {
  type: "run.phaseChanged",
  runId: "race",
  phase: "training",
  detail: "",
};

function raceOf(...events: readonly WorkerEvent[]): RaceState {
  const begun = [prepared("race"), ...IDS.map(prepared), training, ...events];
  return begun.reduce(raceAfter, startedRace("race", IDS, PLANS));
}

/** A step takes 10 ms in the separable lane and 40 ms in the ordinary lane. */
const BOTH = [
  stepped("race/0", 10, 100),
  validated("race/0", 10, 0.5),
  stepped("race/1", 5, 200),
  validated("race/1", 5, 0.4),
  stepped("race/1", 10, 400),
  validated("race/1", 10, 0.7),
  stepped("race/0", 40, 400),
  validated("race/0", 40, 0.8),
  stepped("race/1", 40, 1600),
  validated("race/1", 40, 0.9),
];

function lanesOf(race: RaceState) {
  const [one, other] = race.lanes;
  if (one === undefined || other === undefined) throw new Error("a race has two lanes");
  return [one, other] as const;
}

describe("a race", () => {
  test("keeps apart what each lane tells, and leaves other races' events alone", () => {
    const race = raceOf(stepped("race/1", 3, 12));
    expect(race.lanes.map(({ run }) => run.progress?.step)).toEqual([undefined, 3]);
    expect(raceAfter(race, stepped("other/1", 9, 1))).toBe(race);
  });

  test("stands where its slowest lane stands, in words and as a share", () => {
    const race = raceOf(stepped("race/0", 50, 1), stepped("race/1", 49, 1));
    expect(raceStatusText(race)).toBe("Racing, step 49 of 200");
    expect(raceShare(race)).toBeCloseTo(49 / 200);
    const paused = raceAfter(race, {
      ...{ type: "run.paused", runId: "race", step: 49 },
      ...{ received: 0, computes: false },
    });
    expect([raceStatusText(paused), positionText(paused)]).toEqual(["Paused", "step 49 of 200"]);
    expect(raceStatusText(noRace())).toBe("Ready");
  });

  test("goes on without a lane that failed", () => {
    const race = raceOf(...BOTH, {
      type: "run.failed",
      runId: "race/1",
      step: 41,
      error: { code: "run.diverged", message: "It diverged.", context: {} },
    });
    expect(raceStatusText(race)).toBe("Racing, step 40 of 200");
    expect(leaderText(race)).toBe("Only Separable is still in the race.");
  });

  test("keeps each lane's test accuracy", () => {
    const race = raceOf({
      ...validated("race/1", 200, 0.88),
      type: "test.completed",
      predicted: new Uint8Array(0),
      labels: new Uint8Array(0),
      probabilities: new Float32Array(0),
    } as WorkerEvent);
    expect(race.lanes.map(({ evaluation }) => evaluation.test?.accuracy ?? null)).toEqual([
      null,
      0.88,
    ]);
  });

  test("keeps why a network's evaluation lags behind its training, until its next evaluation", () => {
    const lag = { numImages: 64, byMoving: 0.4, byBatch: 0.8, training: 0.82 };
    const compared: WorkerEvent = {
      ...{ type: "statistics.compared", runId: "race/1", step: 100, of: "validation" },
      ...lag,
    };
    const race = raceOf(validated("race/1", 100, 0.4), compared);
    expect(race.lanes.map(({ evaluation: { statistics } }) => statistics?.byBatch ?? null)).toEqual(
      [null, 0.8],
    );
    const after = raceOf(validated("race/1", 100, 0.4), compared, validated("race/1", 200, 0.8));
    expect(after.lanes.map(({ evaluation: { statistics } }) => statistics)).toEqual([null, null]);
  });

  test("has one colour for each kind of convolution, and another for a second of a kind", () => {
    const ordinary = { ...settings, convolution: "ordinary" } as const;
    expect(accentsOf([ordinary, settings])).toEqual(["ordinary", "separable"]);
    expect(accentsOf([settings, settings, settings])).toEqual(["separable", "third", "fourth"]);
    expect(accentsOf([ordinary, ordinary])).toEqual(["ordinary", "third"]);
  });
});

describe("the curves of a race", () => {
  test("lie over steps, over each lane's own time, and over three forward passes of its own work", () => {
    const [separable, ordinary] = lanesOf(raceOf(...BOTH));
    expect(curveOf(separable, "validation accuracy", "steps").map(({ x }) => x)).toEqual([10, 40]);
    expect(curveOf(ordinary, "loss", "time")).toEqual([
      { x: 0.2, y: 0.2 },
      { x: 0.4, y: 0.1 },
      { x: 1.6, y: 1 / 40 },
    ]);
    expect(placeOf(separable, 10, "macs")).toBe(3 * separable.macs * 640);
    expect(ordinary.macs).toBeGreaterThan(separable.macs);
  });

  test("between two readings of the clock, time goes on in proportion", () => {
    const [separable] = lanesOf(raceOf(...BOTH));
    expect(placeOf(separable, 25, "time")).toBeCloseTo(0.25);
    expect(placeOf(separable, 5, "time")).toBeCloseTo(0.05);
    expect(placeOf(separable, 99, "time")).toBeCloseTo(0.4);
  });

  test("a target is met at the first validation that reaches it", () => {
    const [separable, ordinary] = lanesOf(raceOf(...BOTH));
    expect(targetMet(separable, 0.8)).toMatchObject({ step: 40, seconds: 0.4 });
    expect(targetMet(ordinary, 0.6)).toMatchObject({ step: 10, seconds: 0.4 });
    expect(targetMet(separable, 0.85)).toBeNull();
  });
});

describe("who is ahead", () => {
  test("is said for equal steps, equal time and equal work, each by itself", () => {
    expect(leaderText(raceOf(...BOTH))).toBe(
      "Ordinary is ahead at equal steps; Separable is ahead at equal time and multiplications.",
    );
  });

  test("is nobody before the first validation, and nobody where all are level", () => {
    expect(leaderText(raceOf())).toBe("Who is ahead shows after the first validation.");
    const level = raceOf(...IDS.flatMap((id) => [stepped(id, 10, 100), validated(id, 10, 0.5)]));
    // At equal work the ordinary network has not been validated yet.
    expect(leaderText(level)).toBe("Level at equal steps and time.");
    expect(leaderText(noRace())).toBe("");
  });

  test("cannot be said where no images are held out", () => {
    const without = raceOf({ ...prepared("race/0"), numValidation: 0 } as WorkerEvent);
    expect(leaderText(without)).toContain("Raise Hold-out");
  });
});

describe("two engines on one network", () => {
  const lanes = lanesFor(settings, { kind: "engines", engines: ["webgpu", "tfjs"] });
  const raced = (...events: readonly WorkerEvent[]) =>
    events.reduce(raceAfter, startedRace("race", IDS, lanes));
  const atMs = (runId: string, stepMs: number) =>
    ({ ...stepped(runId, 10, 10 * stepMs), stepMs }) as WorkerEvent;

  test("differ in nothing but their names and engines", () => {
    expect(lanes.map(({ name }) => name)).toEqual(["WebGPU compiled", "TensorFlow.js"]);
    expect(lanes[1].settings).toEqual({ ...settings, engine: "tfjs" });
    expect(raceEngines(lanes)).toBe(true);
    expect(raceEngines(PLANS)).toBe(false);
    expect(raceEngines([])).toBe(false);
  });

  test("start from the one that is chosen, and are two", () => {
    expect(enginesFor({ ...settings, engine: "wasm" })).toEqual(["wasm", "tfjs"]);
    expect(enginesFor({ ...settings, engine: "automatic" })).toEqual(["webgpu", "tfjs"]);
    expect(() => lanesFor(settings, { kind: "engines", engines: ["tfjs", "tfjs"] })).toThrow(
      expect.objectContaining({ code: "setting.invalid", context: expect.any(Object) }),
    );
  });

  test("are compared in a sentence, by the time of a step and by loss on the same images", () => {
    const fast = atMs("race/0", 20);
    expect(engineText(raced(fast))).toBe("");
    expect(leaderText(raced(fast))).toBe("Who is faster shows after the first step.");
    const both = [fast, atMs("race/1", 2500)];
    expect(engineText(raced(...both))).toBe(
      "A step takes WebGPU compiled 20 ms and TensorFlow.js 2.5 s: 125 times as long.",
    );
    expect(leaderText(raced(...both))).toBe("WebGPU compiled has the shorter step.");
    const events = [...both, validated("race/0", 10, 0.5), validated("race/0", 20, 0.5)];
    expect(engineText(raced(...events, validated("race/1", 10, 0.5)))).toContain(
      "At step 10 their validation losses are 1.0000 and 1.0000.",
    );
    expect(engineText(raceOf(...BOTH))).toBe("");
  });

  test("keep what the newest step asked of the device", () => {
    const work = { dispatches: 201, submits: 1, buffers: 0 };
    const race = raced({ ...stepped("race/0", 10, 100), work } as WorkerEvent);
    expect(race.lanes[0]?.run.progress?.work).toEqual(work);
    expect(race.lanes[1]?.run.progress).toBeNull();
  });
});

describe("a rival", () => {
  test("with as many parameters has another width of the other kind", () => {
    const wide = { ...settings, width: 0.34375 };
    const [own, matched] = lanesFor(wide, { kind: "matched" });
    expect(matched.settings.convolution).toBe("ordinary");
    expect(matched.name).toBe("Ordinary, width 0.125");
    const ratio = parametersOf(matched.settings) / parametersOf(own.settings);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
  });

  test("from a recipe trains on the current batches", () => {
    const [, notebook] = lanesFor(
      { ...settings, seed: 5 },
      { kind: "recipe", recipeId: "notebook" },
    );
    expect(notebook).toMatchObject({ name: "The notebook", settings: { seed: 5, inputSize: 94 } });
  });

  test("with one setting changed is named by it, and a wrong value is refused", () => {
    const lanes = lanesFor(settings, { kind: "setting", key: "residual", text: "off" });
    expect(lanes.map(({ name }) => name)).toEqual([
      "Residual connections on",
      "Residual connections off",
    ]);
    expect(() => lanesFor(settings, { kind: "setting", key: "width", text: "7" })).toThrow(
      expect.objectContaining({ code: "setting.invalid" }),
    );
  });

  test.each(RIVAL_KEYS)("has another value of %s to start from, and a valid one", (key) => {
    const text = otherValue(key, settings);
    const [own, other] = lanesFor(settings, { kind: "setting", key, text });
    expect(String(other.settings[key])).not.toBe(String(own.settings[key]));
  });
});
