/** Exports a program of a small network for each kind of data, in the middle of its run, and the files that Keras would download. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type FrameworkName,
  NETWORK_FORMATS,
  PROGRAM_FORMATS,
  type SavedNetwork,
} from "../../src/interop/networkFiles.ts";
import { initialWeights } from "../../src/network/initialize.ts";
import { buildNetwork } from "../../src/network/networks/registry.ts";
import { asTrained } from "../../src/settings/asTrained.ts";
import { OWN_DATA_SETS } from "../../src/settings/ownData.ts";
import { oneMinute } from "../../src/settings/recipes/oneMinute.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { writeFashionFiles } from "./fashionFiles.ts";

const SMALL: Settings = {
  ...oneMinute.settings,
  ...{
    inputSize: 28,
    width: 0.125,
    middleRepeats: 0,
    exitFilters: [16, 16, 16, 16],
    batchSize: 32,
  },
  ...{ trainingImages: 200, holdOut: 40, budget: "steps", steps: 13, warmUpSteps: 5 },
};

/** The step after which the programs go on. */
const STEP = 3;

export async function writeRuns(folder: string): Promise<void> {
  await writeFashionFiles(join(folder, "keras"), "starter");
  const distorted = { horizontalFlip: true, shift: 0.1, shear: 5, zoom: 0.1 };
  for (const dataSet of ["starter", ...OWN_DATA_SETS] as const) {
    const changes = dataSet === "starter" ? {} : distorted;
    const { settings } = asTrained({ ...SMALL, ...changes, dataSet }, 10);
    const weights = initialWeights(buildNetwork(settings), 1);
    const facts = { recipe: "one-minute", classes: null, validation: null, test: null };
    const saved = { ...facts, settings, weights, step: STEP };
    await writeProgramFiles(join(folder, "programs", dataSet), "keras", saved);
  }
}

export async function writeProgramFiles(
  folder: string,
  framework: FrameworkName,
  saved: SavedNetwork,
): Promise<void> {
  for (const { name, bytes } of await NETWORK_FORMATS[PROGRAM_FORMATS[framework]].files(saved)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}
