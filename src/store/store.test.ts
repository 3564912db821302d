import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RunClient } from "../client/runClient.ts";
import { imagesOfCell } from "../core/classified.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { statusText } from "./run/runStatus.ts";
import { toArray } from "./run/series.ts";
import { decodeLink } from "./settings/link.ts";
import { blockedReason, createPlayground } from "./store.ts";

function createFakeClient() {
  const calls: (readonly [name: string, ...parameters: unknown[]])[] = [];
  const record =
    (name: string) =>
    (...parameters: unknown[]) =>
      void calls.push([name, ...parameters]);
  /** Creates an answer keyed by the kind of request and how often it was sent. */
  const question =
    (name: string) =>
    (...parameters: unknown[]) => {
      calls.push([name, ...parameters]);
      return `${name}-${calls.filter(([asked]) => asked === name).length}`;
    };
  let runs = 0;
  const client: RunClient = {
    inspectDataSet: question("inspectDataSet"),
    inspectOwnData: question("inspectOwnData"),
    cancelOwnData: record("cancelOwnData"),
    lookAtData: question("lookAtData"),
    cancelLook: record("cancelLook"),
    keep: record("keep"),
    start(settings, options) {
      const files = options?.ownFiles ?? [];
      const withFiles = files.length > 0 ? [files] : [];
      calls.push(["start", settings.middleRepeats, options?.paused, ...withFiles]);
      runs += 1;
      return `run-${runs}`;
    },
    reopen: question("reopen"),
    storeCheckpoint: question("storeCheckpoint"),
    startRace: () => ({ raceId: "race", laneIds: [] }),
    measure(settings) {
      calls.push(["measure", settings.convolution]);
      return "measurement";
    },
    cancelMeasure: record("cancelMeasure"),
    pause: record("pause"),
    resume: record("resume"),
    step: record("step"),
    test: record("test"),
    steer: record("steer"),
    requestImages: question("requestImages"),
    classifyPicture: question("classifyPicture"),
    requestFile(order) {
      calls.push(["requestFile", order.content, order.weights, order.recipe]);
      return "file-1";
    },
    reset: record("reset"),
  };
  return { client, calls };
}

function setUp() {
  const { client, calls } = createFakeClient();
  let emit: (event: WorkerEvent) => void = () => {};
  const { store, actions } = createPlayground((onEvent) => {
    emit = onEvent;
    return client;
  });
  return {
    state: () => store.getState(),
    actions,
    calls,
    emit: (event: WorkerEvent) => emit(event),
  };
}

const names = (calls: readonly (readonly [string, ...unknown[]])[]) => calls.map(([name]) => name);
const speed = { stepMs: 1, imagesPerSecond: 2, epochMs: 3, totalMs: 4 };
const stepped = (runId: string, step: number): WorkerEvent => ({
  type: "step.completed",
  runId,
  step,
  epoch: 1,
  stepInEpoch: step,
  learningRate: 1,
  points: [{ step, loss: 1, accuracy: 0 }],
  stepMs: 1,
  imagesPerSecond: 1,
  trainMs: 1,
  remainingMs: 1,
  usedBytes: 1,
  numTensors: 1,
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a look at the data opens, shows what was found or why not, and is gone when closed", () => {
  const { state, actions, calls, emit } = setUp();
  actions.lookAtData();
  expect(names(calls)).toEqual(["lookAtData"]);
  expect(state().dataLook).toEqual({
    open: true,
    found: null,
    error: null,
    requestId: "lookAtData-1",
  });
  const error = { code: "data.unreachable", message: "no data", context: {} } as const;
  emit({ type: "dataset.lookFailed", requestId: "lookAtData-1", error });
  expect(state().dataLook).toMatchObject({ open: true, error });
  actions.closeLook();
  expect(names(calls)).toEqual(["lookAtData", "cancelLook"]);
  expect(state().dataLook.open).toBe(false);
});

describe("a run", () => {
  test("starts with the settings as they are, pauses, goes on, and is gone after a reset", () => {
    const { state, actions, calls, emit } = setUp();
    actions.setValue("middleRepeats", 3);
    actions.train();
    expect(calls).toContainEqual(["start", 3, false]);
    actions.pause();
    expect(state().run.request).toBe("pause");
    emit({ type: "run.paused", runId: "run-1", step: 1, received: 1, computes: false });
    expect(statusText(state().run)).toBe("Paused");
    actions.step();
    actions.resume();
    emit({ type: "run.resumed", runId: "run-1", step: 2, received: 3 });
    actions.reset();
    expect(statusText(state().run)).toBe("Ready");
    expect(names(calls)).toEqual(["start", "pause", "step", "resume", "reset"]);
  });

  test("by Step takes one step and waits", () => {
    const { actions, calls } = setUp();
    actions.step();
    expect(calls).toContainEqual(["start", 0, true]);
  });

  test("keeps its history when it fails, and the next one starts afresh", () => {
    const { state, actions, emit } = setUp();
    actions.train();
    emit(stepped("run-1", 1));
    emit({
      type: "run.failed",
      runId: "run-1",
      step: 1,
      error: { code: "engine.device-lost", message: "Lost.", context: {} },
    });
    expect(toArray(state().run.training)).toHaveLength(1);
    actions.train();
    expect(state().run.training.length).toBe(0);
    emit(stepped("run-1", 2));
    expect(state().run.training.length).toBe(0);
  });

  test("does not start while a field is wrong or there is no such network, and says why", () => {
    const { state, actions, calls } = setUp();
    actions.setText("batchSize", "many");
    expect(blockedReason(state())).toBe("Correct Batch size first.");
    actions.train();
    actions.step();
    expect(calls).toEqual([]);
  });

  test("leaves a speed behind for the settings it ran with", () => {
    const { state, actions, emit } = setUp();
    actions.train();
    emit({ type: "speed.measured", runId: "run-1", ...speed });
    expect(Object.values(state().measurements.speeds)).toEqual([{ stepMs: 1, imagesPerSecond: 2 }]);
  });
});

describe("a file", () => {
  test("is asked for with the recipe of the run, and goes to who asked", async () => {
    const { actions, calls, emit } = setUp();
    actions.train();
    actions.chooseRecipe("paper");
    const file = actions.requestFile("onnx", "best");
    expect(calls.at(-1)).toEqual(["requestFile", "onnx", "best", "one-minute"]);
    const bytes = new Uint8Array([1]);
    emit({ type: "file.delivered", requestId: "file-1", step: 4, bytes });
    await expect(file).resolves.toMatchObject({ step: 4, bytes });
  });

  test("that cannot be made is refused in the worker's words", async () => {
    const { actions, emit } = setUp();
    const file = actions.requestFile("predictions", "last");
    const error = { code: "file.unavailable", message: "Export: no.", context: {} } as const;
    emit({ type: "file.failed", requestId: "file-1", error });
    await expect(file).rejects.toThrow("Export: no.");
  });
});

describe("a person's own data set", () => {
  const files = [{ path: "X_train.npy", file: new File(["x"], "X_train.npy") }];
  const dataSet = {
    id: "arrays" as const,
    title: "Arrays",
    classes: ["class 0", "class 1"],
    numTrain: 4,
    numTest: 2,
    height: 2,
    width: 2,
    channels: 1 as const,
    sizeBytes: 9,
    numShards: 4,
    fallbackReason: "",
  };

  test("is chosen when its files are good, goes along with a run, and outlives Reset and recipes", () => {
    const { state, actions, calls, emit } = setUp();
    actions.bringFiles("arrays", files);
    expect(state().settings.values.dataSet, "not before they were looked into").not.toBe("arrays");
    emit({ type: "ownData.described", requestId: "inspectOwnData-1", dataSet });
    expect(state().settings.values.dataSet).toBe("arrays");
    expect(state().dataSet.description).toEqual(dataSet);
    actions.train();
    expect(calls.at(-1)).toEqual(["start", 0, false, files]);
    actions.reset();
    actions.chooseRecipe("notebook");
    expect(blockedReason(state())).toBeNull();
    actions.setValue("dataSet", "arrays");
    expect(state().dataSet.description).toEqual(dataSet);
    actions.train();
    expect(calls.at(-1)?.at(-1)).toEqual(files);
  });

  test("without files keeps Train off and says what is missing", () => {
    const { state, actions, calls } = setUp();
    actions.setValue("dataSet", "images");
    expect(blockedReason(state())).toBe("Choose the files of the data set first.");
    expect(state().dataSet.description).toBeNull();
    actions.train();
    expect(names(calls)).toEqual([]);
  });

  test("that is wrong changes neither data set nor settings", () => {
    const { state, actions, emit } = setUp();
    const before = state().settings;
    actions.bringFiles("arrays", files);
    const error = { code: "file.invalid", message: "X_train.npy: wrong.", context: {} } as const;
    emit({ type: "ownData.failed", requestId: "inspectOwnData-1", error });
    expect(state().ownData.problem).toEqual({ kind: "arrays", error });
    expect([state().settings, state().dataSet.error]).toEqual([before, null]);
  });
});

describe("the learning rate", () => {
  test("reaches a run in progress once the typing rests", () => {
    const { state, actions, calls } = setUp();
    actions.train();
    for (const text of ["0", "0.", "0.0", "0.05"]) actions.setText("learningRate", text);
    expect(names(calls)).not.toContain("steer");
    vi.advanceTimersByTime(1000);
    expect(calls.filter(([name]) => name === "steer")).toEqual([
      ["steer", expect.objectContaining({ learningRate: 0.05 })],
    ]);
    expect(state().run.settings?.learningRate).toBe(0.05);
  });

  test("changes nothing in the worker without a run", () => {
    const { actions, calls } = setUp();
    actions.setValue("learningRate", 0.5);
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual([]);
  });
});

test("after a failure one press trains with other settings, and what was typed in their fields is gone", () => {
  const { state, actions, calls, emit } = setUp();
  actions.train();
  emit(stepped("run-1", 5));
  emit({
    type: "run.failed",
    runId: "run-1",
    step: 5,
    error: { code: "internal", message: "A helper died.", context: {} },
  });
  expect(state().run.training.length).toBe(1);
  actions.setText("learningRate", "fast");
  actions.trainWith({ learningRate: 0.001, engine: "tfjs" });
  expect(state().settings.values).toMatchObject({ learningRate: 0.001, engine: "tfjs" });
  expect(state().settings.drafts).toEqual({});
  expect(names(calls).filter((name) => name === "start")).toHaveLength(2);
  expect(state().run.runId).toBe("run-2");
});

test("another data set is looked at as soon as it is chosen", () => {
  const { actions, calls } = setUp();
  actions.setValue("dataSet", "starter");
  expect(calls).toEqual([["inspectDataSet", "starter"]]);
});

test("a data set that could not be read is looked at again with the next run", () => {
  const { state, actions, calls, emit } = setUp();
  actions.inspectDataSet();
  emit({
    type: "dataset.failed",
    requestId: "inspectDataSet-1",
    error: { code: "data.unreachable", message: "Offline.", context: {} },
  });
  expect(state().dataSet.error?.message).toBe("Offline.");
  actions.train();
  expect(names(calls)).toEqual(["inspectDataSet", "start", "inspectDataSet"]);
});

describe("a measurement", () => {
  test("of the twin is the other convolution's, and its failure does not touch the run", () => {
    const { state, actions, calls, emit } = setUp();
    actions.measure("twin");
    expect(calls).toEqual([["measure", "ordinary"]]);
    const error = { code: "engine.out-of-memory", message: "Too large.", context: {} } as const;
    emit({ type: "run.failed", runId: "measurement", step: 0, error });
    expect(state().measurements).toMatchObject({ pending: null, error });
    expect(statusText(state().run)).toBe("Ready");
  });

  test("does not run beside a training", () => {
    const { actions, calls } = setUp();
    actions.train();
    actions.measure("current");
    expect(names(calls)).toEqual(["start"]);
  });
});

test("a link sets the settings and lists what it could not", () => {
  const { state, actions } = setUp();
  actions.openLink(decodeLink("?recipe=notebook&middleRepeats=many"));
  expect(state().settings.recipeId).toBe("notebook");
  expect(state().settings.linkProblems).toHaveLength(1);
  actions.dismissLinkProblems();
  expect(state().settings.linkProblems).toEqual([]);
});

test("a cell's images are those of the newest evaluation, and are delivered once", async () => {
  const { state, actions, calls, emit } = setUp();
  actions.train();
  expect(state().evaluation.confusion).toBeNull();
  emit({
    type: "test.completed",
    runId: "run-1",
    step: 1,
    loss: 1,
    accuracy: 0.5,
    numImages: 2,
    confusion: Uint32Array.of(1, 1, 0, 0),
    predicted: Uint8Array.of(0, 1),
    labels: Uint8Array.of(0, 0),
    probabilities: new Float32Array(0),
  });
  const { confusion } = state().evaluation;
  const places = confusion?.images ? imagesOfCell(confusion.images, 0, 1) : [];
  const asked = actions.requestPictures("run-1", confusion?.part ?? "whole", places);
  expect(calls).toContainEqual(["requestImages", "test", [1]]);
  const answer = (request: number) => ({ runId: "run-1", requestId: `requestImages-${request}` });
  const pixels = Uint8Array.of(7);
  const labels = Uint8Array.of(0);
  emit({ type: "images.delivered", ...answer(1), indices: [1], labels, pixels });
  expect(await asked).toEqual(pixels);

  const failing = actions.requestPictures("run-1", "whole", [0]);
  const error = { code: "data.unreachable", message: "No answer.", context: {} } as const;
  emit({ type: "images.failed", ...answer(2), error });
  await expect(failing).rejects.toThrow("No answer.");

  const lost = actions.requestPictures("run-1", "whole", [0]);
  emit({ type: "request.superseded", requestId: "requestImages-3" });
  await expect(lost).rejects.toThrow("Train again");
  await expect(actions.requestPictures("run-0", "test", [0])).rejects.toThrow("Train again");
});

test("a picture is classified by the run, refused with its words, and lost with the run", async () => {
  const { actions, calls, emit } = setUp();
  const picture = { blob: new Blob(["x"]), name: "cup.png", isSwapped: false };
  const asked = actions.classifyPicture(picture);
  expect(calls).toContainEqual(["classifyPicture", picture]);
  const answer = (request: number) => ({ runId: "run-1", requestId: `classifyPicture-${request}` });
  const image = { kind: "pixels", height: 1, width: 1, channels: 1, numImages: 1 } as const;
  const pixels = { pixels: Uint8Array.of(7), labels: Uint8Array.of(0) };
  const probabilities = Float32Array.of(0.75, 0.25);
  const event = { ...answer(1), step: 5, image: { ...image, ...pixels }, probabilities };
  emit({ type: "picture.classified", ...event });
  expect(await asked).toMatchObject({ step: 5, probabilities });

  const refused = actions.classifyPicture(picture);
  const error = { code: "file.invalid", message: "cup.png: no picture.", context: {} } as const;
  emit({ type: "images.failed", ...answer(2), error });
  await expect(refused).rejects.toThrow("no picture");

  const lost = actions.classifyPicture(picture);
  emit({ type: "request.superseded", requestId: "classifyPicture-3" });
  await expect(lost).rejects.toThrow("Train again");
});

describe("answers", () => {
  const describedAs = (id: "fashion-mnist" | "starter", requestId: string): WorkerEvent => ({
    type: "dataset.described",
    requestId,
    dataSet: {
      id,
      title: id,
      classes: ["a", "b"],
      numTrain: 4,
      numTest: 2,
      height: 2,
      width: 2,
      channels: 1,
      sizeBytes: 9,
      numShards: 4,
      fallbackReason: "",
    },
  });
  const error = { code: "data.unreachable", message: "Offline.", context: {} } as const;
  const files = [{ path: "X_train.npy", file: new File(["x"], "X_train.npy") }];

  test("to a question about a data set that is chosen no more change nothing", () => {
    const { state, actions, emit } = setUp();
    actions.setValue("dataSet", "starter");
    actions.setValue("dataSet", "fashion-mnist");
    emit(describedAs("fashion-mnist", "inspectDataSet-2"));
    emit(describedAs("starter", "inspectDataSet-1"));
    emit({ type: "dataset.failed", requestId: "inspectDataSet-1", error });
    expect(state().dataSet).toMatchObject({ description: { id: "fashion-mnist" }, error: null });
    actions.inspectDataSet();
    actions.setValue("dataSet", "arrays");
    emit(describedAs("fashion-mnist", "inspectDataSet-3"));
    expect(state().dataSet.description, "files of a person's own are asked of nobody").toBeNull();
  });

  test("that Reset or a new run has dropped are asked for again", () => {
    const { state, actions, calls, emit } = setUp();
    actions.inspectDataSet();
    emit({ type: "request.superseded", requestId: "inspectDataSet-1" });
    expect(names(calls)).toEqual(["inspectDataSet", "inspectDataSet"]);
    emit(describedAs("fashion-mnist", "inspectDataSet-2"));
    emit({ type: "request.superseded", requestId: "inspectDataSet-2" });
    expect(state().dataSet.description?.id).toBe("fashion-mnist");
    expect(calls).toHaveLength(2);
  });

  test("to a look at the data or at files that was given up change nothing", () => {
    const { state, actions, emit } = setUp();
    actions.lookAtData();
    actions.closeLook();
    actions.lookAtData();
    emit({ type: "dataset.lookFailed", requestId: "lookAtData-1", error });
    expect(state().dataLook).toMatchObject({ open: true, error: null });
    actions.bringFiles("arrays", files);
    actions.bringFiles("images", files);
    emit({ type: "ownData.failed", requestId: "inspectOwnData-1", error });
    expect(state().ownData).toMatchObject({ reading: { kind: "images" }, problem: null });
    emit({ type: "request.superseded", requestId: "inspectOwnData-2" });
    expect(state().ownData.reading).toBeNull();
  });

  test("to a measurement that was dropped end it", () => {
    const { state, actions, emit } = setUp();
    actions.measure("current");
    emit({ type: "request.superseded", requestId: "measurement" });
    expect(state().measurements.pending).toBeNull();
  });
});

describe("a link that locks", () => {
  const LOCKED = "?v2=notebook&lr=0.5&ds=fashion-mnist&lock=recipe,lr,ds&by=Ms%20Meier";

  test("leaves no action that changes what is locked", () => {
    const { actions, state } = setUp();
    actions.openLink(decodeLink(LOCKED));
    const { learningRate, dataSet } = state().settings.values;
    expect([learningRate, dataSet]).toEqual([0.5, "fashion-mnist"]);

    actions.setText("learningRate", "0.1");
    actions.setValue("learningRate", 0.1);
    actions.setValue("dataSet", "starter");
    actions.resetSetting("learningRate");
    actions.chooseRecipe("paper");
    actions.trainWith({ learningRate: 0.1, batchSize: 8 });
    actions.reset();
    expect(state().settings.values).toMatchObject({ learningRate, dataSet, batchSize: 8 });
    expect(state().settings.recipeId).toBe("notebook");
  });

  test("takes no files of another data set, and says who decides", () => {
    const { actions, state } = setUp();
    actions.openLink(decodeLink(LOCKED));
    actions.bringFiles("mnist", []);
    expect(state().ownData.problem?.error).toMatchObject({ context: { setting: "dataSet" } });
    expect(state().settings.values.dataSet).toBe("fashion-mnist");
  });
});

test("changes of the settings are undone and redone, and what a link has locked stays", () => {
  vi.useFakeTimers();
  const { actions, state } = setUp();
  const { seed } = state().settings.values;
  actions.setText("seed", "7");
  vi.advanceTimersByTime(2000);
  actions.chooseRecipe("notebook");
  actions.undo();
  expect([state().settings.recipeId, state().settings.values.seed]).toEqual(["one-minute", 7]);
  actions.undo();
  expect(state().settings.values.seed).toBe(seed);
  actions.undo();
  actions.redo();
  actions.redo();
  actions.redo();
  expect(state().settings.recipeId).toBe("notebook");
  actions.openLink(decodeLink("?v2=notebook&lock=lr"));
  actions.undo();
  expect(state().settings.recipeId).toBe("notebook");
});
