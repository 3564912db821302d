/** Keeps the weights with which a run did best on its held-out images so far. */
import type { Evaluation, Executor } from "../exec/executor.ts";

export interface BestWeights {
  /** Steps done then. */
  readonly step: number;
  readonly accuracy: number;
  /** By path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** `best`, or the executor's weights where the new accuracy is higher. Of equal ones the first stays. */
export async function betterOf(
  best: BestWeights | null,
  executor: Pick<Executor, "readWeights">,
  step: number,
  { accuracy }: Pick<Evaluation, "accuracy">,
): Promise<BestWeights> {
  if (best !== null && best.accuracy >= accuracy) return best;
  return { step, accuracy, weights: await executor.readWeights() };
}
