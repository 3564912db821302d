import { describe, expect, test } from "vitest";
import type { WorkerEvent } from "../../protocol/events.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { evaluationAfter, noEvaluation } from "./evaluationState.ts";
import {
  isActive,
  nextPress,
  noRun,
  type RunState,
  requested,
  runAfter,
  startedRun,
  testRequested,
  usesMachine,
} from "./runState.ts";
import {
  engineUseText,
  laggingText,
  longRunText,
  positionText,
  progressShare,
  recoveryText,
  statusDetail,
  statusOf,
  statusText,
} from "./runStatus.ts";
import { toArray } from "./series.ts";

const { settings } = recipeById("one-minute");
const runId = "a";
const started = startedRun(runId, settings);

function after(run: RunState, ...events: WorkerEvent[]): RunState {
  return events.reduce(runAfter, run);
}

const phase = (name: "loading" | "compiling" | "training" | "testing"): WorkerEvent => ({
  type: "run.phaseChanged",
  runId,
  phase: name,
  detail: "",
});
const prepared = (stepsPerEpoch: number, totalSteps: number): WorkerEvent => ({
  type: "run.prepared",
  runId,
  stepsPerEpoch,
  totalSteps,
  numTrain: 1000,
  numValidation: 100,
  batchSize: 10,
  dataSet: {
    id: "starter",
    title: "Starter set",
    classes: ["a", "b"],
    numTrain: 1000,
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
const step = (number: number, stepsPerEpoch: number, id = runId): WorkerEvent => ({
  type: "step.completed",
  runId: id,
  step: number,
  epoch: Math.floor((number - 1) / stepsPerEpoch) + 1,
  stepInEpoch: ((number - 1) % stepsPerEpoch) + 1,
  learningRate: 0.003,
  points: [{ step: number, loss: 1 / number, accuracy: 0.5 }],
  stepMs: 10,
  imagesPerSecond: 1000,
  trainMs: 1,
  remainingMs: 500,
  usedBytes: 1,
  numTensors: 1,
});
const failure: WorkerEvent = {
  type: "run.failed",
  runId,
  step: 35,
  error: {
    code: "run.diverged",
    message: "Loss: it is not finite. Lower the rate.",
    context: { setting: "learningRate" },
  },
};

/** @param received the number of requests that the worker had received */
function pausedAt(step: number, received = 0, computes = false): WorkerEvent {
  return { type: "run.paused", runId, step, received, computes };
}

function resumedAt(step: number, received = 0): WorkerEvent {
  return { type: "run.resumed", runId, step, received };
}

test("a run that another tab takes over is over here", () => {
  const taken = runAfter(startedRun(runId, settings), { type: "run.takenOver", runId, step: 412 });
  expect([isActive(taken), usesMachine(taken), taken.outcome]).toEqual([false, false, "takenOver"]);
  expect(statusText(taken)).toBe("Goes on in another tab, from step 412");
});

describe("who uses the machine", () => {
  const training = after(started, prepared(937, 1874), step(3, 937));

  test("a pause that the worker has left since does not answer a later one", () => {
    const early = after(requested(requested(training, "resume"), "pause"), pausedAt(3, 0));
    expect([early.paused, early.request, usesMachine(early)]).toEqual([true, "pause", true]);
    const late = after(early, resumedAt(3, 1), pausedAt(4, 2));
    expect([late.paused, late.request, usesMachine(late)]).toEqual([true, null, false]);
  });

  test("a single step is answered by the pause after it", () => {
    const paused = runAfter(requested(training, "pause"), pausedAt(3, 1));
    const stepping = runAfter(requested(paused, "step"), resumedAt(3, 2));
    expect([stepping.request, usesMachine(stepping)]).toEqual(["step", true]);
    const stepped = runAfter(stepping, pausedAt(4, 2));
    expect([stepped.request, usesMachine(stepped)]).toEqual([null, false]);
  });

  test("a requested test does until it is completed or refused, whatever pauses or ends before", () => {
    const tested = testRequested(training);
    const finished: WorkerEvent = { type: "run.finished", runId, step: 5, trainMs: 5 };
    expect(usesMachine(after(tested, pausedAt(3, 0)))).toBe(true);
    expect(usesMachine(after(tested, pausedAt(3, 1, true)))).toBe(true);
    expect(usesMachine(after(tested, pausedAt(3, 1)))).toBe(false);
    expect(usesMachine(after(training, finished))).toBe(false);
    expect(usesMachine(after(tested, finished))).toBe(true);
    expect(usesMachine(after(tested, finished, completed(false)))).toBe(true);
    expect(usesMachine(after(tested, finished, completed(true)))).toBe(false);
    expect(usesMachine(after(tested, failure))).toBe(false);
  });
});

function completed(requested: boolean): WorkerEvent {
  return {
    ...{ type: "test.completed", runId, requested, step: 5, loss: 1, accuracy: 0.5, numImages: 20 },
    ...{ confusion: new Uint32Array(4), predicted: new Uint8Array(20), labels: new Uint8Array(20) },
    probabilities: new Float32Array(0),
  };
}

describe("the status", () => {
  test("says that a pause was heard while a worker cannot answer yet", () => {
    const asked = requested(runAfter(started, phase("loading")), "pause");
    expect([statusText(asked), statusDetail(asked)]).toEqual([
      "Loading data",
      "pauses when what is under way allows it",
    ]);
    const paused = runAfter(asked, pausedAt(0, 1));
    expect(statusDetail(paused)).toBe("before the first step");
  });

  test("offers by its button what undoes the newest press, heard by the worker or not", () => {
    expect(nextPress(noRun(), false)).toBe("start");
    expect(nextPress(noRun(), true)).toBeNull();
    expect(nextPress(started, false)).toBe("pause");
    const asked = requested(started, "pause");
    expect(nextPress(asked, false)).toBe("resume");
    const back = requested(asked, "resume");
    expect(nextPress(back, false)).toBe("pause");
    // The worker receives both commands late and reports both.
    const paused = runAfter(back, pausedAt(0, 1));
    expect(nextPress(paused, false)).toBe("pause");
    const resumed = runAfter(paused, resumedAt(0, 2));
    expect([resumed.paused, resumed.request, nextPress(resumed, false)]).toEqual([
      false,
      null,
      "pause",
    ]);
    const held = runAfter(asked, pausedAt(0, 1));
    expect(nextPress(held, false)).toBe("resume");
    // It waits until another training has paused; the next press cancels that.
    expect(nextPress(held, true)).toBe("pause");
  });

  test("goes from Ready to Finished with the texts that people and tests know", () => {
    const texts: string[] = [statusText(noRun())];
    let run = started;
    texts.push(statusText(run));
    for (const event of [
      phase("loading"),
      phase("compiling"),
      prepared(937, 1874),
      phase("training"),
      step(35, 937),
      pausedAt(35),
      resumedAt(35),
      step(938, 937),
      phase("testing"),
      { type: "test.progressed", runId, numImages: 3000, totalImages: 10000 },
      { type: "run.finished", runId, step: 1874, trainMs: 5 },
    ] satisfies WorkerEvent[]) {
      run = runAfter(run, event);
      texts.push(statusText(run));
    }
    expect(texts.filter((text, index) => text !== texts[index - 1])).toEqual([
      "Ready",
      "Loading data",
      "Compiling",
      "Training, epoch 1 of 2, step 0 of 937",
      "Training, epoch 1 of 2, step 35 of 937",
      "Paused",
      "Training, epoch 1 of 2, step 35 of 937",
      "Training, epoch 2 of 2, step 1 of 937",
      "Testing",
      "Testing, 3,000 of 10,000 images",
      "Finished",
    ]);
  });

  test("says the last epoch's own steps where the run ends within it", () => {
    const run = after(started, prepared(859, 2405), step(1719, 859));
    expect(positionText(run)).toBe("epoch 3 of 3, step 1 of 687");
  });

  test("counts a run shorter than an epoch as one epoch of its steps", () => {
    expect(positionText(after(started, prepared(937, 60), step(60, 937)))).toBe(
      "epoch 1 of 1, step 60 of 60",
    );
  });

  test("shows a test in a pause, and the pause again after it", () => {
    const paused = after(started, prepared(937, 60), step(5, 937), pausedAt(5));
    const testing = after(paused, phase("testing"), {
      type: "test.progressed",
      runId,
      numImages: 10,
      totalImages: 20,
    });
    expect(statusText(testing)).toBe("Testing, 10 of 20 images");
    const done = runAfter(testing, completed(true));
    expect(statusText(done)).toBe("Paused");
  });

  test("is Paused where a pause holds the test, which goes on with Resume", () => {
    const progressed: WorkerEvent = {
      type: "test.progressed",
      runId,
      numImages: 10,
      totalImages: 20,
    };
    const tested = after(started, prepared(937, 60), step(60, 937), phase("testing"), progressed);
    const held = runAfter(tested, pausedAt(60));
    expect([statusText(held), statusDetail(held)]).toEqual([
      "Paused",
      "in the test, 10 of 20 images",
    ]);
    const resumed = runAfter(held, resumedAt(60));
    expect(statusText(resumed)).toBe("Testing, 10 of 20 images");
  });

  test("says where a pause stands before the first step, and why a test is not made", () => {
    const paused = after(started, pausedAt(0));
    expect([statusText(paused), statusDetail(paused)]).toEqual(["Paused", "before the first step"]);
    const error = { code: "run.invalid-command", message: "Run: not now.", context: {} } as const;
    const refused = runAfter(paused, { type: "test.refused", runId, error });
    expect(refused.testRefusal).toBe("Run: not now.");
  });
});

describe("a failure", () => {
  const failed = after(started, prepared(937, 1874), step(34, 937), step(35, 937), failure);

  test("keeps the history and says what happened", () => {
    expect(statusText(failed)).toBe("Failed: Loss: it is not finite. Lower the rate.");
    expect(toArray(failed.training).map((point) => point.step)).toEqual([34, 35]);
    expect(isActive(failed)).toBe(false);
  });

  test("is final: what comes late changes nothing", () => {
    expect(after(failed, step(36, 937), phase("training"), resumedAt(36))).toBe(failed);
  });

  test("before the first step is a failure too", () => {
    expect(statusOf(after(started, phase("loading"), failure))).toBe("failed");
  });
});

test("events of another run change nothing", () => {
  const run = after(started, prepared(937, 1874), step(1, 937));
  expect(after(run, step(900, 937, "an ended run"), { ...failure, runId: "an ended run" })).toBe(
    run,
  );
  expect(after(noRun(), step(1, 937))).toEqual(noRun());
});

test("progress is the share of bytes or buffer while loading, of steps while training, of kernels while compiling, where they are counted", () => {
  const loading = runAfter(started, {
    type: "data.progressed",
    runId,
    loadedBytes: 5,
    totalBytes: 100,
    shardsLoaded: 1,
    numShards: 20,
    buffered: 2500,
    bufferSize: 10000,
  });
  expect(progressShare(loading)).toBe(0.25);
  expect(progressShare(runAfter(loading, phase("compiling")))).toBeNull();
  const counting = { ...phase("compiling"), detail: "Compiling, 12 of 80 kernels", share: 0.15 };
  expect(progressShare(runAfter(loading, counting))).toBe(0.15);
  expect(statusDetail(runAfter(loading, counting))).toBe("Compiling, 12 of 80 kernels");
  expect(progressShare(after(loading, prepared(100, 200), step(50, 100)))).toBe(0.25);
  expect(progressShare(noRun())).toBe(0);
});

test("a device that was lost and replaced is told, with both steps, and the curve stays", () => {
  expect(recoveryText(started)).toBeNull();
  const run = after(started, prepared(100, 200), step(50, 100), {
    type: "engine.recovered",
    runId,
    reason: "the driver was reset",
    step: 57,
    resumedStep: 40,
  });
  expect(recoveryText(run)).toBe(
    "After step 57 the device was lost (the driver was reset). Training went on with another, from the copy of step 40: the curve misses nothing.",
  );
  expect(toArray(run.training).map((point) => point.step)).toEqual([50]);
});

describe("the notice about a long run", () => {
  const speed = (totalMs: number): WorkerEvent => ({
    type: "speed.measured",
    runId,
    stepMs: 1,
    imagesPerSecond: 1,
    epochMs: 67 * 60_000,
    totalMs,
  });

  test("comes with a measured total of more than ten minutes", () => {
    expect(longRunText(runAfter(started, speed(10 * 60_000)))).toBeNull();
    expect(longRunText(runAfter(started, speed(3 * 3_600_000)))).toBe(
      "This run will take about 3 h here (an epoch 1 h 7 min).",
    );
  });

  test("goes when the run is over", () => {
    expect(longRunText(after(started, speed(1e9), failure))).toBeNull();
  });
});

test("a lag that the moving statistics make is said until the next evaluation", () => {
  const trained = startedRun(runId, { ...settings, batchNormMomentum: 0.99 });
  const compared: WorkerEvent = {
    ...{ type: "statistics.compared", runId, step: 600, of: "test", numImages: 448 },
    ...{ byMoving: 0.42, byBatch: 0.83, training: 0.84 },
  };
  const evaluation = evaluationAfter(noEvaluation(), compared);
  expect(laggingText(trained, noEvaluation())).toBeNull();
  expect(laggingText(trained, evaluation)).toMatch(/448 of its images reach 83\.0 %.*42\.0 %/);
  expect(laggingText(trained, { ...evaluation, statistics: null })).toBeNull();
});

test("what an engine takes is said once it has stepped, with its device's work where that is counted", () => {
  const chosen: WorkerEvent = {
    ...{ type: "engine.chosen", runId, engine: "webgpu", label: "WebGPU, compiled" },
    ...{ device: "a card", backend: "webgpu-compiled", reason: "", fallbacks: [] },
  };
  expect(engineUseText(after(started, chosen))).toBe("");
  const stepped = { ...step(1, 10), usedBytes: 2e6, numTensors: 34 } as WorkerEvent;
  expect(engineUseText(after(started, chosen, stepped))).toBe("Memory: 2 MB in 34 buffers.");
  const kept = { step: 30, bytes: 2e6, ms: 9, intervalMs: 30_000 };
  const checkpoint: WorkerEvent = { type: "checkpoint.kept", runId, ...kept };
  expect(engineUseText(after(started, chosen, stepped, checkpoint))).toBe(
    "Memory: 2 MB in 34 buffers. Checkpoint of step 30: 2 MB, the next one after 30 s.",
  );
  const work = { dispatches: 1201, submits: 1, buffers: 0 };
  expect(engineUseText(after(started, chosen, { ...stepped, work } as WorkerEvent))).toBe(
    "A step: 1,201 dispatches, 1 submit, 0 new buffers. Memory: 2 MB in 34 buffers.",
  );
  const lossScale = { scale: 16_384, skippedSteps: 1 };
  expect(engineUseText(after(started, chosen, { ...stepped, lossScale } as WorkerEvent))).toBe(
    "Memory: 2 MB in 34 buffers. Loss scale 16,384, 1 step skipped.",
  );
});
