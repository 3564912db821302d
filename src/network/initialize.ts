/** Initial weights by Keras' initialisers, from the run's seed. */
import { randomStream } from "../core/random.ts";
import { sizeOf } from "../core/shape.ts";
import type { LayerGraph } from "./graph.ts";
import { networkWeights } from "./networkWeights.ts";
import type { NetworkWeight } from "./weights.ts";

/**
 * Returns all weights by path. Each has its own random stream, so that a layer keeps its initial values when others are added
 * or removed.
 */
export function initialWeights(graph: LayerGraph, seed: number): ReadonlyMap<string, Float32Array> {
  return new Map(networkWeights(graph).map((weight) => [weight.path, initialValues(weight, seed)]));
}

/** Glorot uniform: limit = sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010, equation 16). */
function initialValues(weight: NetworkWeight, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(weight.shape));
  const { initializer } = weight;
  switch (initializer.kind) {
    case "zeros":
      return values;
    case "ones":
      return values.fill(1);
    case "constant":
      return values.fill(initializer.value);
    case "glorot-uniform": {
      const limit = Math.sqrt(6 / (initializer.fanIn + initializer.fanOut));
      const random = randomStream(seed, `initial/${weight.path}`);
      return values.map(() => (2 * random.nextFloat() - 1) * limit);
    }
  }
}
