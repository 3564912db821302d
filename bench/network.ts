/** The input of every entrant: the same network with the same initial weights, and the same batch. Seeded. */
import { randomStream } from "../src/core/random.ts";
import { type LayersModelJson, toLayersModelFiles } from "../src/interop/layersModel.ts";
import type { LayerGraph } from "../src/network/graph.ts";
import { initialWeights } from "../src/network/initialize.ts";
import { buildXception } from "../src/network/networks/xception.ts";
import { notebook } from "../src/settings/recipes/notebook.ts";
import type { Settings } from "../src/settings/settings.ts";

export interface BenchNetwork {
  readonly settings: Settings;
  readonly graph: LayerGraph;
  readonly model: LayersModelJson;
  readonly weightData: Uint8Array<ArrayBuffer>;
  /** `[N, H, W, C]`, about as large as standardised images. */
  readonly images: Float32Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** @param name `size/width/repeats/batch` */
export function settingsOfCase(name: string): Settings {
  const [inputSize = 0, width = 0, middleRepeats = 0, batchSize = 0] = name.split("/").map(Number);
  const training = { learningRate: 0.001, batchNormMomentum: 0.9 };
  return { ...notebook.settings, ...training, inputSize, width, middleRepeats, batchSize };
}

export function benchNetwork(settings: Settings): BenchNetwork {
  const graph = buildXception(settings);
  const weights = initialWeights(graph, settings.seed);
  const { batchSize, inputSize, inputChannels, classes } = settings;
  const random = randomStream(settings.seed, "bench/images");
  return {
    settings,
    graph,
    ...toLayersModelFiles(graph, weights, {}),
    images: new Float32Array(batchSize * inputSize ** 2 * inputChannels).map(
      () => 2 * random.nextFloat() - 1,
    ),
    labels: Uint8Array.from({ length: batchSize }, (_, image) => image % classes),
  };
}
