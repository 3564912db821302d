import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { madeCheckpoint } from "../../checkpoint/madeCheckpoint.ts";
import { checkpointBytes, trainedCheckpoint } from "../../checkpoint/trainedCheckpoint.ts";
import { createReferenceExecutor } from "../../exec/reference/referenceExecutor.ts";
import { NETWORK_FORMATS } from "../../interop/networkFiles.ts";
import { someImages, trainedWeights } from "../../interop/testing/savedNetworks.ts";
import type { LayerGraph } from "../../network/graph.ts";
import { initialWeights } from "../../network/initialize.ts";
import { nameOf, openNetwork } from "../../network/networks/opened.ts";
import { openedNetworks } from "../../network/networks/openedNetworks.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { writeRunFile } from "../../runs/files/runFile.ts";
import { madeRecord } from "../../runs/testRecords.ts";
import type { OptimizerKind } from "../../settings/optimizers.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { executorOptions } from "../../train/engine/executorOptions.ts";
import { exportCommand } from "../export.ts";
import { exportedNetwork } from "./exportedNetwork.ts";

const SMALL: Settings = {
  ...oneMinute.settings,
  ...{ inputSize: 28, exitFilters: [8, 8, 8, 8], width: 0.125, batchSize: 2 },
};

/** A folder with what `train` writes after one step. */
async function trainedFolder(optimizer: OptimizerKind) {
  const settings = { ...SMALL, optimizer };
  const graph = buildNetwork(settings);
  const executor = createReferenceExecutor(executorOptions(settings, graph));
  executor.writeWeights(trainedWeights(graph));
  const { values } = someImages(graph, 2);
  const labels = Uint8Array.of(3, 7);
  await executor.trainStep({ kind: "prepared", values, labels, numImages: 2 }, 0.01);
  const [weights, state] = [await executor.readWeights(), await executor.readState()];
  const facts = { recipe: "one-minute", step: 1, classes: null, validation: null, test: null };
  const saved = { ...facts, settings, weights, optimizer: state };
  const folder = await mkdtemp(join(tmpdir(), "export-"));
  for (const { name, bytes } of await NETWORK_FORMATS.keras.files(saved))
    await writeFile(join(folder, name), bytes);
  return { folder, saved };
}

test.each(["adam", "adagrad", "nadam"] as const)(
  "what train wrote is read back with the state of %s",
  async (kind) => {
    const { folder, saved } = await trainedFolder(kind);
    const { optimizer, weights, ...facts } = await exportedNetwork(folder);
    expect(facts).toMatchObject({ recipe: "one-minute", step: 1, settings: saved.settings });
    expect(new Map(weights)).toEqual(new Map(saved.weights));
    expect(optimizer?.step).toBe(1);
    for (const [path, values] of optimizer?.vectors ?? []) {
      const expected = saved.optimizer.vectors.get(path);
      values.forEach((value, at) => {
        expect(value).toBeCloseTo(expected?.[at] ?? Number.NaN, 5);
      });
    }
    expect(optimizer?.vectors.size).toBeGreaterThan(40);
  },
);

test("a program goes into a new folder, and nothing there is overwritten", async () => {
  const { folder } = await trainedFolder("adam");
  const [program, taken] = [join(folder, "program"), join(folder, "taken")];
  const parse = (out: string) =>
    exportCommand().parseAsync([folder, "--python", out], { from: "user" });
  await parse(program);
  const text = await readFile(join(program, "train.py"), "utf8");
  expect(text).toContain("START_STEP = 1  # The weights");
  await mkdir(taken);
  await writeFile(join(taken, "README.md"), "mine");
  await expect(parse(taken)).rejects.toThrow("--python: no file is overwritten; expected");
  expect(await readFile(join(taken, "README.md"), "utf8")).toBe("mine");
});

/** Writes the program of a file that has these bytes. @returns train.py */
async function programOf(name: string, content: Uint8Array, ...options: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "export-"));
  const [source, out] = [join(folder, name), join(folder, "program")];
  await writeFile(source, content);
  await exportCommand().parseAsync([source, "--python", out, ...options], { from: "user" });
  return readFile(join(out, "train.py"), "utf8");
}

test("a run of a file of runs becomes a program, by its name where there are several", async () => {
  const [one, other] = [madeRecord({ id: "one" }), madeRecord({ id: "other" })];
  const named = { ...one, head: { ...one.head, ownName: "Mine" } };
  const checkpoint = new Blob([await checkpointBytes(trainedCheckpoint("one"))]);
  const zip = await writeRunFile([{ ...named, checkpoint }, other]);
  const content = new Uint8Array(await zip.arrayBuffer());
  const program = await programOf("some.runs.zip", content, "--run", "Mine");
  expect(program).toContain("START_STEP = 7  #");
  expect(program).toContain("INPUT_SHAPE = (28, 28, 1)");
  await expect(programOf("some.runs.zip", content)).rejects.toThrow(
    "--run: one run is exported at a time; expected one of Mine",
  );
  await expect(programOf("some.runs.zip", content, "--run", other.head.name)).rejects.toThrow(
    "some.runs.zip: the run is there without its weights",
  );
});

test("a checkpoint becomes a program", async () => {
  const program = await programOf("a.checkpoint", await checkpointBytes(trainedCheckpoint("one")));
  expect(program).toContain("START_STEP = 7  #");
});

test("a run of an opened model becomes a program that lists its layers", async () => {
  const graph: LayerGraph = {
    name: "stranger",
    layers: [
      { type: "InputLayer", name: "input", inputs: [], shape: [28, 28, 1] },
      { type: "Flatten", name: "block/flat", inputs: ["input"] },
      {
        ...{ type: "Dense", name: "classes", inputs: ["block/flat"] },
        ...{ units: 10, activation: "softmax", useBias: true },
      },
    ],
  };
  openNetwork("stranger.h5", graph);
  const network = nameOf(graph);
  const settings = { ...SMALL, network, convolution: "ordinary", classes: 10 } as const;
  const { lanes, ...made } = madeCheckpoint(
    5,
    { runId: "a", lanes: [{ runId: "a", settings }], networks: [{ title: "stranger.h5", graph }] },
    new Map(initialWeights(buildNetwork(settings), 1)),
  );
  const content = await checkpointBytes({
    ...made,
    lanes: lanes.map((lane) => ({ ...lane, best: null })),
  });
  openedNetworks.clear();
  const program = await programOf("opened.checkpoint", content);
  expect(program).toContain('layers.Flatten(name="block_flat")');
  expect(program).toContain('layers.Dense(10, activation="softmax", name="classes")');
});

test("a model of another program becomes a program with its weights", async () => {
  const settings = { ...SMALL, classes: 10 };
  const weights = trainedWeights(buildNetwork(settings));
  const facts = { recipe: "one-minute", step: 1, classes: null, validation: null, test: null };
  const [file] = await NETWORK_FORMATS["keras-hdf5"].files({ ...facts, settings, weights });
  const folder = await mkdtemp(join(tmpdir(), "export-"));
  await writeFile(join(folder, "strange.h5"), file?.bytes ?? new Uint8Array());
  const found = await exportedNetwork(join(folder, "strange.h5"));
  expect(found).toMatchObject({ step: 0, recipe: "one-minute" });
  expect(new Map(found.weights)).toEqual(new Map(weights));
  const program = await programOf("strange.h5", file?.bytes ?? new Uint8Array());
  expect(program).toContain('name="block1_conv1"');
  openedNetworks.clear();
});

test("what is no trained network is refused in one sentence", async () => {
  const folder = await mkdtemp(join(tmpdir(), "export-"));
  await expect(exportedNetwork(folder)).rejects.toThrow(/: there is no trained network in this/);
  await expect(exportedNetwork(join(folder, "gone"))).rejects.toThrow(/: there is no such file/);
  await expect(exportedNetwork("two-layers-ordinary")).rejects.toThrow(/cannot be trained/);
  await writeFile(join(folder, "notes.txt"), "x".repeat(200));
  await expect(exportedNetwork(join(folder, "notes.txt"))).rejects.toThrow(/is no file of a run/);
  const { folder: other, saved } = await trainedFolder("sgd");
  const settings = { ...saved.settings, middleRepeats: 1 };
  const files = await NETWORK_FORMATS.keras.files({
    ...saved,
    settings,
    weights: trainedWeights(buildNetwork(settings)),
  });
  // The settings that the file states belong to another network than its weights.
  const bytes = files[0]?.bytes ?? new Uint8Array();
  const text = Buffer.from(bytes)
    .toString("latin1")
    .replace('"middleRepeats":1', '"middleRepeats":2');
  await writeFile(join(other, "model.keras"), Buffer.from(text, "latin1"));
  await expect(exportedNetwork(other)).rejects.toThrow(/model.keras/);
});
