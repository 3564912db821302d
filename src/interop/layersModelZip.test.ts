import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";
import { buildNetwork } from "../spec/networks/registry.ts";
import { recipeById } from "../spec/recipes/registry.ts";
import { toLayersModelFiles } from "./layersModel.ts";
import { zipLayersModel } from "./layersModelZip.ts";
import { trainedWeights } from "./testing/savedNetworks.ts";

test("the archive holds both files as they are", async () => {
  const graph = buildNetwork(recipeById("mnist-convnet").settings);
  const files = toLayersModelFiles(graph, trainedWeights(graph), { seed: 1 });
  const {
    "model.json": model,
    "weights.bin": weights,
    ...others
  } = unzipSync(await zipLayersModel(files));
  expect(JSON.parse(strFromU8(model ?? new Uint8Array()))).toEqual(
    JSON.parse(JSON.stringify(files.model)),
  );
  expect(Buffer.compare(weights ?? new Uint8Array(), files.weightData)).toBe(0);
  expect(others).toEqual({});
});
