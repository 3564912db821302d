/**
 * Measures how long a training step takes on an engine, to choose between two engines. The engine's state is restored
 * afterwards. A step that takes too long to run is extrapolated from two steps with fewer images, because part of its time,
 * such as the optimiser's, does not grow with their number.
 */
import { randomStream } from "../../core/random.ts";
import { sizeOf } from "../../core/shape.ts";
import type { ExecutorOptions, PreparedBatch, StateHolder, Trainer } from "../../exec/executor.ts";
import { analyze } from "../../network/analyze.ts";

/** Time for the timed steps in milliseconds; at least one step is timed. */
const ENOUGH_MS = 200;
const MOST_STEPS = 20;
/** Approximate multiply-accumulates of a measured step on a processor, which take well under half a second on a slow one. */
const MACS_ON_PROCESSOR = 5e9;
/** A training step costs about three forward passes: the forward pass itself, and the gradients of inputs and of weights. */
const PASSES = 3;

export interface MeasuringWishes {
  /** The caller closes the executor afterwards, so its state is not restored. */
  readonly isDiscarded?: boolean;
  readonly now?: () => number;
}

/**
 * Returns the milliseconds of a step, including the device's work. The first step warms up. The second is timed alone. When
 * steps are short, several more are timed back to back, as they run in training.
 */
export async function measureStep(
  executor: Trainer & StateHolder,
  options: ExecutorOptions,
  { isDiscarded = false, now = () => performance.now() }: MeasuringWishes = {},
): Promise<number> {
  const before = isDiscarded ? undefined : await executor.readState();
  const batch = anyBatch(options);
  const timed = async (numSteps: number) => {
    const started = now();
    for (let step = 0; step < numSteps; step += 1) await executor.trainStep(batch, 0);
    await executor.readMetrics();
    return (now() - started) / numSteps;
  };
  await timed(1);
  const alone = await timed(1);
  const numMore = Math.min(MOST_STEPS, Math.floor(ENOUGH_MS / alone));
  const together = numMore > 1 ? await timed(numMore) : alone;
  if (before !== undefined) executor.writeState(before);
  return Math.min(alone, together);
}

/** The time of a step with this many images. */
export interface MeasuredSize {
  readonly numImages: number;
  readonly ms: number;
}

/**
 * The smaller batch size as a share of the larger one. They differ enough that noise does not dominate the difference of their
 * times.
 */
const SMALLER_SHARE = 1 / 4;

/**
 * Returns the batch sizes to measure a processor with, the smaller one first. It is the batch size itself when such a step is
 * quick; otherwise two sizes from which `stepOfBatch` extrapolates.
 */
export function sizesToMeasure({ graph, batchSize }: ExecutorOptions): readonly number[] {
  const affordable = Math.floor(MACS_ON_PROCESSOR / (PASSES * analyze(graph).macs));
  if (affordable >= batchSize || batchSize === 1) return [batchSize];
  const larger = Math.max(2, affordable);
  return [Math.ceil(larger * SMALLER_SHARE), larger];
}

/** Extrapolates the milliseconds of a step linearly: a fixed part that all batch sizes share, plus a part for each image. */
export function stepOfBatch(batchSize: number, measured: readonly MeasuredSize[]): number {
  const [smaller, larger = smaller] = measured;
  if (smaller === undefined || larger === undefined)
    throw new RangeError("a step is reckoned from what was measured");
  const difference = larger.numImages - smaller.numImages;
  const growth = difference === 0 ? 0 : (larger.ms - smaller.ms) / difference;
  // Noise may make the slope negative or larger than the whole time, so it is clamped to that range.
  const perImage = Math.min(Math.max(growth, 0), larger.ms / larger.numImages);
  return larger.ms + perImage * (batchSize - larger.numImages);
}

/** A batch of random values in the network's shape. The values do not affect the time. */
function anyBatch({ graph, batchSize, seed }: ExecutorOptions): PreparedBatch {
  const [input] = graph.layers;
  const size = input?.type === "InputLayer" ? sizeOf(input.shape) : 1;
  const random = randomStream(seed, "measured batch");
  return {
    kind: "prepared",
    values: Float32Array.from({ length: batchSize * size }, () => 2 * random.nextFloat() - 1),
    labels: new Uint8Array(batchSize),
    numImages: batchSize,
  };
}
