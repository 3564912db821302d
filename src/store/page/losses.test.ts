import { describe, expect, test } from "vitest";
import { recipeById } from "../../settings/recipes/registry.ts";
import { noOwnData, readingOwnData } from "../data/ownData.ts";
import { cancelled, type ExperimentState, newExperiment } from "../race/experiment.ts";
import { noRace, type RaceState, startedRace } from "../race/state.ts";
import { measuring, noMeasurements } from "../run/measurements.ts";
import { noRun, type RunState, runAfter, startedRun } from "../run/runState.ts";
import { wouldLose } from "./losses.ts";

const { settings } = recipeById("one-minute");
const NOTHING = {
  run: noRun(),
  measurements: noMeasurements(),
  ownData: noOwnData(),
  savedModel: null,
};
const stepped = (run: RunState): RunState =>
  runAfter(run, {
    type: "step.completed",
    runId: run.runId ?? "",
    step: 7,
    epoch: 1,
    stepInEpoch: 7,
    learningRate: 1,
    points: [{ step: 7, loss: 1, accuracy: 0 }],
    stepMs: 1,
    imagesPerSecond: 1,
    trainMs: 1,
    remainingMs: 1,
    usedBytes: 1,
    numTensors: 1,
  });
const over = (run: RunState, outcome: RunState["outcome"]): RunState => ({ ...run, outcome });
const started = startedRun("run", settings);
const trained = stepped(started);
const files = [{ path: "a.png", file: new File(["x"], "a.png") }];

describe("leaving the page", () => {
  test("loses nothing of a page where nothing was made, nor of one that failed before it began", () => {
    expect(wouldLose(NOTHING)).toEqual([]);
    expect(wouldLose({ ...NOTHING, run: over(started, "failed") })).toEqual([]);
  });

  test.each([
    ["one that loads", started],
    ["one that trains", trained],
    ["one that waits", { ...trained, paused: true }],
    ["a finished one", over(trained, "finished")],
    ["a failed one with its curve", over(trained, "failed")],
  ])("loses the run: %s", (_which, run) => {
    expect(wouldLose({ ...NOTHING, run })).toEqual(["run"]);
  });

  test("loses no run whose weights were saved after its last step, but one that went on since", () => {
    const savedModel = { runId: "run", step: 7 };
    const run = over(trained, "finished");
    expect(wouldLose({ ...NOTHING, run, savedModel })).toEqual([]);
    expect(wouldLose({ ...NOTHING, run, savedModel: { ...savedModel, step: 6 } })).toEqual(["run"]);
    expect(wouldLose({ ...NOTHING, run, savedModel: { ...savedModel, runId: "before" } })).toEqual([
      "run",
    ]);
    expect(wouldLose({ ...NOTHING, run: trained, savedModel })).toEqual(["run"]);
  });

  test("loses chosen files and those being read, and a measurement under way", () => {
    const reading = readingOwnData(noOwnData(), "1", "images", files);
    expect(wouldLose({ ...NOTHING, ownData: reading })).toEqual(["files"]);
    const measurements = measuring(noMeasurements(), "1", settings, "current");
    expect(wouldLose({ ...NOTHING, measurements })).toEqual(["measurement"]);
  });

  test("loses a race and what an experiment found", () => {
    const plans = [{ id: "one", name: "One", settings }];
    const race = startedRace("race", ["race/0"], plans);
    const after = (change: (run: RunState) => RunState): RaceState => ({
      ...race,
      run: over(race.run, "finished"),
      lanes: race.lanes.map((lane) => ({ ...lane, run: change(lane.run) })),
    });
    const lost = (state: RaceState, residuals?: ExperimentState) =>
      wouldLose(NOTHING, { race: state, experiments: residuals ? { residuals } : {} });
    expect(lost(noRace())).toEqual([]);
    expect(lost(race)).toEqual(["race"]);
    expect(lost(after(stepped))).toEqual(["race"]);
    expect(lost(after((run) => run))).toEqual([]);
    const experiment = newExperiment("residuals", plans, 3);
    expect(lost(noRace(), experiment)).toEqual(["experiment"]);
    expect(lost(noRace(), cancelled(experiment))).toEqual([]);
    const seeds = [{ seed: 1, validation: [], testAccuracy: 0.5 }];
    const arms = experiment.arms.map((arm) => ({ ...arm, seeds }));
    expect(lost(noRace(), cancelled({ ...experiment, arms }))).toEqual(["experiment"]);
  });
});
