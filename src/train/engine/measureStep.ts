/**
 * How long a training step takes on an engine, for the choice between two. Leaves the engine as it was. A step that is too
 * long to be taken is reckoned from two with fewer images, since a part of it, the optimiser's, does not grow with them.
 */
import { randomStream } from "../../core/random.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Executor, ExecutorOptions, PreparedBatch } from "../../exec/executor.ts";
import { analyze } from "../../network/analyze.ts";

/** Time for the steps that are counted, one at least. */
const ENOUGH_MS = 200;
const MOST_STEPS = 20;
/** Multiply-accumulates of a measured step on a processor, about: well under half a second on a slow one. */
const MACS_ON_PROCESSOR = 5e9;
/** A step's forward pass, and the two gradients of it. */
const PASSES = 3;

export interface MeasuringWishes {
  /** The executor is closed afterwards, so that nothing is put back. */
  readonly isDiscarded?: boolean;
  readonly now?: () => number;
}

/**
 * Milliseconds of a step, the device's work included. The first step warms up, and one is timed alone; where steps are
 * short, several are timed together, as they follow one another in training.
 */
export async function measureStep(
  executor: Executor,
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

/** What a step with so many images took. */
export interface MeasuredSize {
  readonly numImages: number;
  readonly ms: number;
}

/** Of the larger number of images: far enough apart that the difference of two times is no noise. */
const SMALLER_SHARE = 1 / 4;

/**
 * The batch sizes that a processor is measured with, the smaller one first: the batch itself where that is quick, otherwise
 * two from which `stepOfBatch` reckons its time.
 */
export function sizesToMeasure({ graph, batchSize }: ExecutorOptions): readonly number[] {
  const affordable = Math.floor(MACS_ON_PROCESSOR / (PASSES * analyze(graph).macs));
  if (affordable >= batchSize || batchSize === 1) return [batchSize];
  const larger = Math.max(2, affordable);
  return [Math.ceil(larger * SMALLER_SHARE), larger];
}

/**
 * Milliseconds of a step with so many images: what the measured sizes have in common, which the number of images does not
 * change, and what each image adds.
 */
export function stepOfBatch(batchSize: number, measured: readonly MeasuredSize[]): number {
  const [smaller, larger = smaller] = measured;
  if (smaller === undefined || larger === undefined)
    throw new RangeError("a step is reckoned from what was measured");
  const difference = larger.numImages - smaller.numImages;
  const growth = difference === 0 ? 0 : (larger.ms - smaller.ms) / difference;
  // Between no share that is fixed and nothing else: noise may say something beyond either.
  const perImage = Math.min(Math.max(growth, 0), larger.ms / larger.numImages);
  return larger.ms + perImage * (batchSize - larger.numImages);
}

/** Images of noise, in the network's shape: what they show does not matter to the clock. */
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
