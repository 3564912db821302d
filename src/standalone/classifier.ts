/** Runs the network of a stand-alone page on the compiled engine, on one thread: a page from a file gets no shared memory. */
import type { PixelBatch } from "../core/pixelBatch.ts";
import { predictedProbabilities } from "../exec/classProbabilities.ts";
import { createWasmExecutor } from "../exec/wasm/wasmExecutor.ts";
import type { EmbeddedNetwork } from "../interop/standalone/embeddedNetwork.ts";

const NO_COEFFICIENTS = { momentum: 0, weightDecay: 0, beta1: 0, beta2: 0, rho: 0, epsilon: 1 };

export interface Classifier {
  readonly numOutputs: number;
  /**
   * @param image one image, in the form that the data set stores.
   * @returns the probability of each class.
   */
  classify(image: PixelBatch): Promise<Float32Array>;
}

/**
 * @param kernels the plain build for unshared memory.
 * @throws PlaygroundError `network.*`, `engine.*`
 */
export async function openClassifier(
  { graph, preparation }: EmbeddedNetwork,
  weights: ReadonlyMap<string, Float32Array>,
  kernels: Uint8Array<ArrayBuffer>,
): Promise<Classifier> {
  const module = await WebAssembly.compile(kernels);
  const executor = createWasmExecutor(
    {
      ...{ graph, preparation, batchSize: 1, seed: 0, labelSmoothing: 0 },
      optimizer: { kind: "sgd", clipNorm: 0, ...NO_COEFFICIENTS },
      // All layers are frozen, so nothing is reserved for training.
      frozenLayers: graph.layers.length,
    },
    { simd: "plain", memory: "unshared", module },
  );
  executor.writeWeights(weights);
  return {
    numOutputs: executor.plan.numClasses,
    classify: async (image) => predictedProbabilities(graph, await executor.predict(image)),
  };
}
