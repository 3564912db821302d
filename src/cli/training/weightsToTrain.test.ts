import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { append } from "../../core/numbers.ts";
import { officialLayout } from "../../interop/testing/officialLayout.ts";
import { trainedWeights } from "../../interop/testing/savedNetworks.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { trainInTerminal } from "./trainInTerminal.ts";
import { readTrainingRequest } from "./trainingRequest.ts";
import { weightsToTrain } from "./weightsToTrain.ts";

const SMALL =
  "transfer --set dataSet=starter --set holdOut=0 --set batchSize=4 --set inputSize=28 --engine wasm --steps 1 --test-images 4".split(
    " ",
  );
const { settings: TRANSFER } = recipeById("transfer");
const graph = buildNetwork({ ...TRANSFER, middleRepeats: 2 });
const weights = trainedWeights(graph);

describe("train RECIPE --weights FILE", () => {
  let folder = "";
  let path = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "weights-"));
    path = join(folder, "weights_notop.h5");
    await writeFile(path, await officialLayout(graph, weights, ["predictions"]));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("starts the recipe from them, with a network of the file's size and a new head", async () => {
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    const given = { weights: await weightsToTrain(path, say), say };
    const request = readTrainingRequest(SMALL, given);
    expect(request.settings).toMatchObject({ middleRepeats: 2, base: "chosen" });
    const outcome = await trainInTerminal(request, {
      onEvent: (event) => {
        if (event.type === "run.prepared") append(said, event.notes);
      },
    });
    if (outcome.kind === "failed") throw new Error(outcome.error.message);
    const frozen = "block4_sepconv1/pointwise_kernel";
    expect(outcome.files.network.weights.get(frozen)).toEqual(weights.get(frozen));
    expect(said.join("\n")).toContain("Keras 2.0.4 (weights in HDF5)");
    expect(said.join("\n")).toContain("As in the file: Middle-flow repeats 2.");
    expect(said.join("\n")).toMatch(
      /weights_notop[.]h5: 44 of 45 layers .*; new are predictions \(no weight of this name\)/,
    );
  });

  test("are refused where the network is set to another one", async () => {
    const given = { weights: await weightsToTrain(path, () => {}) };
    expect(() => readTrainingRequest([...SMALL, "--set", "width=0.5"], given)).toThrow(
      /weights_notop[.]h5, layer block1_conv1: .* expected 3x3x3x16, got 3x3x3x8/,
    );
    expect(() => readTrainingRequest([...SMALL, "--set", "base=none"], given)).toThrow(
      /one set of weights/,
    );
    expect(() =>
      readTrainingRequest([...SMALL, "--weights", path, "--model", "m.h5"], given),
    ).toThrow(/--model and --weights/);
  });
});
