import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idxFile } from "../../data/own/madeFiles.ts";
import { ModelProtoSchema } from "../../interop/onnx/onnxMessages.ts";
import { trainedWeights } from "../../interop/testing/savedNetworks.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { asTrained } from "../../settings/asTrained.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import { historyFile } from "../../store/files/exports.ts";
import { noEvaluation } from "../../store/run/evaluationState.ts";
import { runAfter, startedRun } from "../../store/run/runState.ts";
import type { LentNetwork } from "../../train/loop/lentNetwork.ts";
import { predictionsFile, savedNetwork, trainedFile } from "../../worker/makeFile.ts";
import { writeModel } from "./modelFolder.ts";
import { ownFilesIn } from "./ownFilesOnDisk.ts";
import { createRunRecorder } from "./runRecorder.ts";
import { trainInTerminal } from "./trainInTerminal.ts";
import { readTrainingRequest } from "./trainingRequest.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "model-"));
});
afterAll(() => rm(folder, { recursive: true }));

const STEP = 7;

/** Returns a run's network as the page's worker lends it, with this many classes of a person's own data. */
function lent(changes: Partial<Settings>, numClasses: number, channels: 1 | 3): LentNetwork {
  const asSet = { ...recipeById("one-minute").settings, inputSize: 28, width: 0.125, ...changes };
  const { settings } = asTrained(asSet, numClasses, channels);
  const classes = Array.from({ length: numClasses }, (_, at) => `class ${at}, "${at}"`);
  const test = { loss: 1.5, accuracy: 0.25, numImages: 40 };
  const batch = { kind: "pixels", height: 28, width: 28, channels, numImages: 2 } as const;
  return {
    step: STEP,
    settings,
    data: {
      description: {
        ...{ id: "mnist", title: "Mine", classes, numTrain: 9, numTest: 2, sizeBytes: 1 },
        ...{ height: 28, width: 28, channels, numShards: 1, fallbackReason: "" },
      },
      numTrain: 9,
      numValidation: 0,
      notes: [],
      async *trainingBatches() {},
      async *validationBatches() {},
      async *testBatches() {
        yield { ...batch, pixels: new Uint8Array(), labels: Uint8Array.of(0, numClasses - 1) };
      },
      testImages: () => Promise.reject(new Error("not asked for")),
      validationImages: () => Promise.reject(new Error("not asked for")),
    },
    executor: {
      readWeights: async () => trainedWeights(buildNetwork(settings)),
      predict: async () => Float32Array.from({ length: 2 * numClasses }, (_, at) => 1 / (at + 1)),
    },
    measured: { validation: { ...test, step: STEP - 1 }, test: { ...test, step: STEP } },
    best: null,
  };
}

describe("page and terminal write the same bytes", () => {
  test.each([
    ["two classes", {}, 2, 1],
    ["all 256 classes", { classes: 10 }, 256, 1],
    ["colour", { inputChannels: 3 }, 5, 3],
    ["a base", { base: "fashion-mnist", frozenLayers: 3 }, 10, 1],
    ["values from -1 to 1", { preparation: "symmetric", inputChannels: 3 }, 10, 1],
    ["another seed", { seed: 4 }, 10, 1],
  ] as const)("%s", async (title, changes, numClasses, channels) => {
    const network = lent(changes, numClasses, channels);
    const recipe = "one-minute";
    const fromPage = async (content: "layers-model" | "onnx" | "predictions") =>
      (await trainedFile({ content, weights: "last", recipe }, network)).bytes;
    const out = join(folder, title);
    const saved = await savedNetwork(network, "last", recipe);
    const none = { training: [], validation: [], test: null };
    const predictions = await predictionsFile(network);
    await mkdir(out);
    expect(await writeModel(out, { network: saved, history: none, predictions })).toEqual([]);

    const onDisk = async (name: string) => new Uint8Array(await readFile(join(out, name)));
    const zipped = unzipSync(await fromPage("layers-model"));
    expect(Object.keys(zipped)).toEqual(["model.json", "weights.bin"]);
    for (const [name, bytes] of Object.entries(zipped))
      expect(Buffer.compare(await onDisk(name), bytes), name).toBe(0);
    expect(Buffer.compare(await onDisk("model.onnx"), await fromPage("onnx"))).toBe(0);
    expect(Buffer.compare(await onDisk("predictions.csv"), await fromPage("predictions"))).toBe(0);

    const { userDefinedMetadata: said } = JSON.parse(
      new TextDecoder().decode(zipped["model.json"]),
    );
    const { settings, data } = network;
    const { classes } = data.description;
    expect(said).toMatchObject({ recipe, seed: settings.seed, step: STEP, classes, settings });
    expect(said.settings.classes).toBe(numClasses);
    expect(said.test).toEqual({ loss: 1.5, accuracy: 0.25, numImages: 40 });
    expect(said.validation, "it was of other weights").toBeNull();
    expect(said.preparation).toContain("28 x 28 pixels");
    expect(said.program).toMatch(/^Xception Playground \d/);
    const props = fromBinary(ModelProtoSchema, await onDisk("model.onnx")).metadataProps;
    const inOnnx = Object.fromEntries(props.map(({ key = "", value = "" }) => [key, value]));
    expect(Object.keys(inOnnx)).toEqual(Object.keys(said));
    expect(JSON.parse(inOnnx.classes ?? "")).toEqual(classes);
    expect(JSON.parse(inOnnx.settings ?? "")).toEqual(JSON.parse(JSON.stringify(settings)));
  });

  test("the table of the curves, from the same events", async () => {
    const runId = "a";
    const found = {
      ...{ loss: 0.5, accuracy: 0.75, numImages: 4, confusion: new Uint32Array(4) },
      ...{ labels: new Uint8Array(4), predicted: new Uint8Array(4) },
      probabilities: new Float32Array(8),
    };
    const stepped = (step: number): WorkerEvent => ({
      ...{ type: "step.completed", runId, step, epoch: 1, stepInEpoch: step, learningRate: 1 },
      points: [{ step, loss: 1 / step, accuracy: 0.5 }],
      ...{ stepMs: 1, imagesPerSecond: 1, trainMs: 1, remainingMs: 1, usedBytes: 1, numTensors: 1 },
    });
    const tested: Extract<WorkerEvent, { type: "test.completed" }> = {
      ...{ type: "test.completed", runId, step: 3, ...found },
    };
    const events: WorkerEvent[] = [
      ...[stepped(1), stepped(2)],
      { type: "validation.completed", runId, whole: false, step: 2, ...found },
      ...[stepped(3), tested],
    ];
    const recorder = createRunRecorder();
    for (const event of events) recorder.receive(event);
    const network = await savedNetwork(lent({}, 2, 1), "last", "one-minute");
    await writeModel(folder, { network, history: recorder.read().history, predictions: null });
    const settings = recipeById("one-minute").settings;
    const run = events.reduce(runAfter, startedRun(runId, settings));
    const onPage = historyFile({ run, evaluation: { ...noEvaluation(), test: tested } });
    expect(await readFile(join(folder, "history.csv"), "utf8")).toBe(
      new TextDecoder().decode(onPage),
    );
  });
});

test("a network trained on own data says how many classes that data has, and its names", async () => {
  const data = await mkdtemp(join(folder, "data-"));
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at % 3);
  const images = (count: number) => Array.from({ length: count * 64 }, (_, at) => at % 251);
  for (const { path, file } of [
    idxFile("train-images-idx3-ubyte", [24, 8, 8], images(24)),
    idxFile("train-labels-idx1-ubyte", [24], numbers(24)),
    idxFile("t10k-images-idx3-ubyte", [6, 8, 8], images(6)),
    idxFile("t10k-labels-idx1-ubyte", [6], numbers(6)),
  ])
    await writeFile(join(data, path), new Uint8Array(await file.arrayBuffer()));
  const { kind, files: ownFiles } = await ownFilesIn(data);
  const asked = readTrainingRequest([
    ...["one-minute", "--steps", "2", "--set", "width=0.125", "--set", "batchSize=8"],
    ...["--data", data, "--engine", "wasm", "--predictions"],
  ]);
  const request = { ...asked, settings: { ...asked.settings, dataSet: kind } };
  const outcome = await trainInTerminal(request, { onEvent: () => {}, ownFiles });
  if (outcome.kind === "failed") throw new Error(outcome.error.message);
  await writeModel(folder, outcome.files);
  const model = JSON.parse(await readFile(join(folder, "model.json"), "utf8"));
  expect(model.userDefinedMetadata).toMatchObject({
    ...{ recipe: "one-minute", step: 2, classes: ["0", "1", "2"], settings: { classes: 3 } },
    test: { accuracy: outcome.result.testAccuracy, numImages: 6 },
  });
  const table = (await readFile(join(folder, "predictions.csv"), "utf8")).split("\r\n");
  expect(table[0]).toBe("index,true,predicted,0,1,2");
  expect(table).toHaveLength(1 + 6 + 1);
});
