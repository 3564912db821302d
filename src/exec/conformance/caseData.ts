/** Weights and batches of a case, drawn from its seed and therefore the same for every executor. */
import { type RandomStream, randomStream } from "../../core/random.ts";
import { sizeOf } from "../../core/shape.ts";
import { initialWeights } from "../../network/initialize.ts";
import { type AffineMap, affineMap } from "../affineMap.ts";
import type { Batch, ExecutorOptions } from "../executor.ts";
import type { ConformanceCase } from "./cases.ts";

/** By path. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Returns Keras' initial weights, with offsets on those that start at zero or one, so that all of them affect the result. */
export function startingWeights({ graph, seed }: ExecutorOptions): Weights {
  return new Map(
    [...initialWeights(graph, seed)].map(([path, values]) => {
      const random = randomStream(seed, `conformance/${path}`);
      return [path, values.map((value) => value + 0.2 * (random.nextFloat() - 0.5))];
    }),
  );
}

/** Returns the case's batch of this step, which is the same for every executor. */
export function caseBatch({ options, pixels }: ConformanceCase, step: number): Batch {
  const { graph, batchSize: numImages } = options;
  const random = randomStream(options.seed, `batch/${step}`);
  const [input] = graph.layers;
  const shape = input?.type === "InputLayer" ? input.shape : [1, 1, 1];
  const labels = Uint8Array.from({ length: numImages }, () => random.nextInteger(5));
  if (pixels !== undefined) {
    const { height, width, channels = 1 } = pixels;
    const length = numImages * height * width * channels;
    const stored = pixels.floats
      ? Float32Array.from({ length }, () => 255 * random.nextFloat())
      : Uint8Array.from({ length }, () => random.nextInteger(256));
    const draw = () => distortedMap(height, width, random);
    const maps = pixels.augmented && {
      maps: Float32Array.from(Array.from({ length: numImages }, draw).flat()),
    };
    return { kind: "pixels", pixels: stored, labels, height, width, channels, numImages, ...maps };
  }
  const values = Float32Array.from(
    { length: numImages * sizeOf(shape) },
    () => 2 * random.nextFloat() - 1,
  );
  return { kind: "prepared", values, labels, numImages };
}

/** A map with every distortion at once, large enough to reach beyond every border. */
function distortedMap(height: number, width: number, random: RandomStream): AffineMap {
  const between = (limit: number) => limit * (2 * random.nextFloat() - 1);
  const distortion = {
    flipped: random.nextInteger(2) === 1,
    shiftX: between(2),
    shiftY: between(2),
    shear: between(30),
    zoomX: 1 + between(0.5),
    zoomY: 1 + between(0.5),
  };
  return affineMap(distortion, height, width);
}
