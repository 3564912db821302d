/** Every exported file holds the preparation, the class names, the settings and the seed, and opening it brings the first two back. */
import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";
import { buildNetwork } from "../network/networks/registry.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import type { Settings } from "../settings/settings.ts";
import { MODEL_FORMATS, NETWORK_FORMATS } from "./networkFiles.ts";
import { openModelOrWeights } from "./openModel.ts";
import { fileOf } from "./testing/modelFiles.ts";
import { trainedWeights } from "./testing/savedNetworks.ts";

const CLASSES = ["Cup", "No cup", "A third thing"];
const SETTINGS: Settings = {
  ...oneMinute.settings,
  ...{ inputSize: 28, width: 0.125, exitFilters: [32, 48, 48, 64], classes: 3 },
  ...{ preparation: "symmetric", seed: 918_273, learningRate: 0.00437 },
};

test.each(MODEL_FORMATS)("%s", async (format) => {
  const weights = trainedWeights(buildNetwork(SETTINGS));
  const measured = { step: 7, classes: CLASSES, validation: null, test: null };
  const network = { settings: SETTINGS, recipe: "one-minute", weights, ...measured };
  const files = await NETWORK_FORMATS[format].files(network);
  const texts = files.flatMap(({ name, bytes }) =>
    name.endsWith(".keras")
      ? Object.values(unzipSync(bytes)).map((one) => strFromU8(one))
      : strFromU8(bytes),
  );
  const text = texts.join(" ");
  for (const stated of [...CLASSES, "symmetric", "918273", "0.00437"])
    expect(text).toContain(stated);
  if (format === "standalone") return;
  const back = await openModelOrWeights(files.map(({ name, bytes }) => fileOf(name, bytes)));
  expect(back).toMatchObject({ classes: CLASSES, preparation: "symmetric" });
});
