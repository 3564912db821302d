import { describe, expect, test } from "vitest";
import type { WorkerEvent } from "../../protocol/events.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { noEvaluation } from "../run/evaluationState.ts";
import { noRun, type RunState, runAfter, startedRun } from "../run/runState.ts";
import { initialSettings } from "../settings/settingsState.ts";
import { bestText, exportState, fileName, historyFile } from "./exports.ts";

const runId = "a";
const started = startedRun(runId, recipeById("one-minute").settings);
const after = (...events: WorkerEvent[]): RunState => events.reduce(runAfter, started);

const phase = (name: "compiling" | "training" | "testing"): WorkerEvent => ({
  type: "run.phaseChanged",
  runId,
  phase: name,
  detail: "",
});
const stepped = (step: number): WorkerEvent => ({
  type: "step.completed",
  runId,
  step,
  epoch: 1,
  stepInEpoch: step,
  learningRate: 1,
  points: [{ step, loss: 1 / step, accuracy: 0.25 }],
  stepMs: 1,
  imagesPerSecond: 1,
  trainMs: 1,
  remainingMs: 1,
  usedBytes: 1,
  numTensors: 1,
});
const validated = (step: number, accuracy: number): WorkerEvent => ({
  type: "validation.completed",
  runId,
  whole: false,
  step,
  loss: 0.5,
  accuracy,
  numImages: 10,
  confusion: new Uint32Array(4),
  labels: new Uint8Array(0),
  predicted: new Uint8Array(0),
  probabilities: new Float32Array(0),
});
const paused: WorkerEvent = {
  ...{ type: "run.paused", runId, step: 2 },
  ...{ received: 0, computes: false },
};
const failed: WorkerEvent = {
  type: "run.failed",
  runId,
  step: 2,
  error: { code: "internal", message: "It failed.", context: {} },
};

const stateOf = (run: RunState, impossible: string | null = null) =>
  exportState({ run, settings: initialSettings() }, impossible);

describe("what can be exported", () => {
  test("before a run are the initial weights, and it says so", () => {
    expect(stateOf(noRun())).toMatchObject({ model: null, best: null });
    expect(stateOf(noRun()).weightsText).toMatch(/initial weights, from seed \d+/);
    expect(stateOf(noRun()).predictions).toMatch(/Train/);
    expect(stateOf(noRun(), "No such network.").model).toBe("No such network.");
  });

  test("while a run is being prepared is nothing yet", () => {
    expect(stateOf(started)).toMatchObject({ best: null });
    expect(stateOf(started).model).toMatch(/first step/);
    expect(stateOf(started).history).toMatch(/first step/);
  });

  test("of a run that waits is everything, best weights after a validation", () => {
    const run = after(phase("training"), stepped(1), stepped(2), paused);
    expect(stateOf(run)).toMatchObject({ model: null, predictions: null, history: null });
    expect(stateOf(run).weightsText).toBe("The weights after step 2.");
    const best = after(validated(1, 0.5), validated(2, 0.75), validated(3, 0.75), stepped(4));
    expect(stateOf(best).best).toMatchObject({ step: 2, accuracy: 0.75 });
    expect(bestText({ step: 2000, accuracy: 0.75 })).toBe(
      "Best on held-out images: 75.0 %, after step 2,000",
    );
  });

  test("of a run that waits in the middle of a validation or of a test is everything", () => {
    for (const name of ["training", "testing"] as const)
      expect(stateOf(after(stepped(1), stepped(2), phase(name), paused))).toMatchObject({
        model: null,
        predictions: null,
        history: null,
        weightsText: "The weights after step 2.",
      });
  });

  test("of a run whose device was lost is its history until there is another", () => {
    const run = after(stepped(1), phase("compiling"));
    expect(stateOf(run).model).toMatch(/another one is being opened/);
    expect(stateOf(run).history).toBeNull();
    expect(stateOf(after(stepped(1), phase("compiling"), phase("training"))).model).toBeNull();
  });

  test("of a failed run is its history alone", () => {
    const run = after(stepped(1), validated(1, 0.5), failed);
    expect(stateOf(run)).toMatchObject({ history: null, best: null });
    expect(stateOf(run).model).toMatch(/failed/);
    expect(stateOf(run).predictions).toMatch(/failed/);
  });

  test("of a failed run that kept weights are these", () => {
    const run = after(stepped(1), validated(1, 0.5), { ...failed, keptStep: 1 });
    expect(stateOf(run)).toMatchObject({ model: null, history: null, best: { step: 1 } });
    expect(stateOf(run).weightsText).toBe("The run failed; its weights after step 1 were kept.");
    expect(stateOf(run).predictions).toMatch(/only its weights/);
  });
});

test("a file's name carries recipe and step, and says what is best or untrained", () => {
  expect(fileName("one-minute", 2800, "last", ".onnx")).toBe("one-minute-step-2800.onnx");
  expect(fileName("paper", 5, "best", "-tfjs.zip")).toBe("paper-best-step-5-tfjs.zip");
  expect(fileName("paper", 0, "last", ".onnx")).toBe("paper-untrained.onnx");
});

test("the history has a row for each step of which something is known", () => {
  const run = after(stepped(1), stepped(2), validated(2, 0.5), stepped(4));
  const test = {
    step: 4,
    loss: 0.7,
    accuracy: 0.6,
    numImages: 1,
    confusion: new Uint32Array(4),
    predicted: new Uint8Array(1),
    labels: new Uint8Array(1),
    probabilities: new Float32Array(0),
  };
  const file = historyFile({ run, evaluation: { ...noEvaluation(), test } });
  expect(new TextDecoder().decode(file).split("\r\n")).toEqual([
    "step,loss,accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy",
    "1,1,0.25,,,,",
    "2,0.5,0.25,0.5,0.5,,",
    "4,0.25,0.25,,,0.7,0.6",
    "",
  ]);
});
