import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { buildNetwork } from "../network/networks/registry.ts";
import { recipeById } from "../settings/recipes/registry.ts";
import { NETWORK_FORMATS } from "./networkFiles.ts";
import { trainedWeights } from "./testing/savedNetworks.ts";
import { zipFiles } from "./zipFiles.ts";

test("the archive holds both files as they are", async () => {
  const { settings } = recipeById("mnist-convnet");
  const files = await NETWORK_FORMATS["layers-model"].files({
    ...{ settings, recipe: "mnist-convnet", step: 3, classes: null, validation: null, test: null },
    weights: trainedWeights(buildNetwork(settings)),
  });
  const unzipped = unzipSync(await zipFiles(files.map(({ name, bytes }) => [name, bytes])));
  expect(Object.keys(unzipped)).toEqual(files.map(({ name }) => name));
  for (const { name, bytes } of files)
    expect(Buffer.compare(unzipped[name] ?? new Uint8Array(), bytes)).toBe(0);
});
