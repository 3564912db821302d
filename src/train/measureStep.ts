/** How long a training step takes on an engine, for the choice between two. Leaves the engine as it was. */
import { randomStream } from "../core/random.ts";
import { sizeOf } from "../core/shape.ts";
import type { Executor, ExecutorOptions, PreparedBatch } from "../exec/executor.ts";
import { analyze } from "../spec/analyze.ts";

/** Time for the steps that are counted, one at least. */
const ENOUGH_MS = 200;
const MOST_STEPS = 20;
/** Multiply-accumulates of a measured step on a processor, about: well under half a second on a slow one. */
const MACS_ON_PROCESSOR = 5e9;
/** A step's forward pass, and the two gradients of it. */
const PASSES = 3;

/**
 * Milliseconds of a step, the device's work included. The first step warms up, and one is timed alone; where steps are
 * short, several are timed together, as they follow one another in training.
 */
export async function measureStep(
  executor: Executor,
  options: ExecutorOptions,
  now: () => number = () => performance.now(),
): Promise<number> {
  const before = await executor.readState();
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
  executor.writeState(before);
  return Math.min(alone, together);
}

/** The images that a processor is measured on: the time of a step grows with their number. At least one. */
export function imagesToMeasure({ graph, batchSize }: ExecutorOptions): number {
  const affordable = Math.floor(MACS_ON_PROCESSOR / (PASSES * analyze(graph).macs));
  return Math.max(1, Math.min(batchSize, affordable));
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
