/** Writes networks as files of Keras, with what Keras must compute from them. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serializeError } from "../../src/core/errors.ts";
import { createReferenceExecutor } from "../../src/exec/reference/referenceExecutor.ts";
import { OPTIMIZERS } from "../../src/formulas/optimizers/registry.ts";
import {
  type KerasNetwork,
  toKerasArchive,
  toKerasHdf5,
  toKerasWeights,
} from "../../src/interop/keras/kerasFiles.ts";
import {
  ACTIVATION_NETWORKS,
  ALL_NETWORKS,
  someImages,
  trainedWeights,
} from "../../src/interop/testing/savedNetworks.ts";
import { zipFiles } from "../../src/interop/zipFiles.ts";
import type { LayerGraph } from "../../src/network/graph.ts";
import { buildNetwork } from "../../src/network/networks/registry.ts";
import { networkWeights } from "../../src/network/networkWeights.ts";
import type { OptimizerKind } from "../../src/settings/optimizers.ts";
import { oneMinute } from "../../src/settings/recipes/oneMinute.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { executorOptions } from "../../src/train/engine/executorOptions.ts";
import { WORKING_RECIPES } from "./roundTrips.ts";

const NUM_IMAGES = 4;
const NUM_CLASSES = 10;

/** Each small network with trained weights, and each recipe with its weights alone. */
export async function writeCases(folder: string): Promise<void> {
  const settings = { ...oneMinute.settings, batchSize: NUM_IMAGES };
  for (const { title, graph } of [...ALL_NETWORKS, ...ACTIVATION_NETWORKS]) {
    const weights = trainedWeights(graph);
    const { values, shape } = someImages(graph, NUM_IMAGES);
    const executor = createReferenceExecutor(executorOptions(settings, graph));
    executor.writeWeights(weights);
    const outputs = await executor.predict(batchOf(values));
    const network = { graph, weights, settings, optimizer: undefined, metadata: {} };
    await writeCase(folder, title, network, {
      predictions: {
        inputs: { shape, values: [...values] },
        outputs: { shape: [NUM_IMAGES, outputs.length / NUM_IMAGES], values: [...outputs] },
      },
    });
  }
  for (const { id, settings: ofRecipe } of WORKING_RECIPES) {
    const graph = buildNetwork(ofRecipe);
    const weights = trainedWeights(graph);
    const network = { graph, weights, settings: ofRecipe, optimizer: undefined, metadata: {} };
    await writeCase(folder, `recipe ${id}`, network, {});
  }
}

/** A small network after some steps of each optimiser, and its weights one step later. */
export async function trainedCases(folder: string): Promise<void> {
  for (const optimizer of Object.keys(OPTIMIZERS) as OptimizerKind[]) {
    await trainedCase(folder, optimizer, { optimizer, momentum: optimizer === "sgd" ? 0.9 : 0.8 });
  }
  await trainedCase(folder, "sgd without momentum", { optimizer: "sgd", momentum: 0 });
  await trainedCase(folder, "adam, clipped, frozen", {
    optimizer: "adam",
    clipNorm: 0.1,
    frozenLayers: 6,
  });
}

async function trainedCase(
  folder: string,
  title: string,
  changes: Partial<Settings>,
): Promise<void> {
  const settings: Settings = {
    ...oneMinute.settings,
    ...{ inputSize: 28, width: 0.125, exitFilters: [24, 24, 24, 24], classes: NUM_CLASSES },
    ...{ batchSize: NUM_IMAGES, learningRate: 0.01, batchNormEpsilon: 0.1, labelSmoothing: 0 },
    ...changes,
  };
  const graph = buildNetwork(settings);
  const executor = createReferenceExecutor(executorOptions(settings, graph));
  executor.writeWeights(trainedWeights(graph));
  const { values, shape } = someImages(graph, NUM_IMAGES);
  const batch = batchOf(values);
  for (let step = 0; step < 2; step += 1) await executor.trainStep(batch, settings.learningRate);
  const weights = await executor.readWeights();
  const optimizer = await executor.readState();
  await executor.trainStep(batch, settings.learningRate);
  const after = await executor.readWeights();
  const specs = networkWeights(graph);
  await writeCase(
    folder,
    `trained ${title}`,
    { graph, weights, settings, optimizer, metadata: {} },
    {
      step: {
        step: 3,
        inputs: { shape, values: [...values] },
        labels: [...batch.labels],
        tolerance: 2e-4,
        ...(settings.optimizer === "lion" && {
          signs: { share: 1e-3, by: 2.01 * settings.learningRate },
        }),
        weights: Object.fromEntries(
          specs.map(({ path, shape }) => [path, { shape, values: [...(after.get(path) ?? [])] }]),
        ),
      },
    },
  );
}

function batchOf(values: Float32Array) {
  const labels = Uint8Array.from({ length: NUM_IMAGES }, (_, index) => (3 * index) % NUM_CLASSES);
  return { kind: "prepared", values, labels, numImages: NUM_IMAGES } as const;
}

async function writeCase(
  folder: string,
  title: string,
  network: KerasNetwork,
  expected: Readonly<Record<string, unknown>>,
): Promise<void> {
  const inside = join(folder, title.replaceAll(/\W+/g, "-"));
  await mkdir(inside, { recursive: true });
  const weights = weightFacts(network.graph, network.weights);
  await writeFile(join(inside, "case.json"), JSON.stringify({ weights, ...expected }));
  const files = {
    "model.keras": async () => zipFiles(Object.entries(await toKerasArchive(network))),
    "model.h5": () => toKerasHdf5(network),
    "trained.weights.h5": () => toKerasWeights(network),
  };
  for (const [name, make] of Object.entries(files)) {
    try {
      await writeFile(join(inside, name), await make());
    } catch (error) {
      const { code, message } = serializeError(error);
      if (code !== "file.unavailable") throw error;
      console.log(`${title}/${name}: ${message}`);
    }
  }
}

function weightFacts(graph: LayerGraph, weights: KerasNetwork["weights"]) {
  return Object.fromEntries(
    networkWeights(graph).map(({ path }) => {
      const values = weights.get(path) ?? new Float32Array();
      let [sum, absolute] = [0, 0];
      for (const value of values) {
        sum += value;
        absolute += Math.abs(value);
      }
      return [path, { size: values.length, sum, absolute }];
    }),
  );
}
