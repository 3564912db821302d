/** Keeps the weights with which a run did best on its held-out images so far. */
import type { Executor } from "../../exec/executor.ts";
import type { Measured } from "./measured.ts";

/** With what the validation found that made them the best. */
export interface BestWeights extends Measured {
  /** By path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** `best`, or the executor's weights where the new accuracy is higher. Of equal ones the first stays. */
export async function betterOf(
  best: BestWeights | null,
  executor: Pick<Executor, "readWeights">,
  measured: Measured,
): Promise<BestWeights> {
  if (best !== null && best.accuracy >= measured.accuracy) return best;
  return { ...measured, weights: await executor.readWeights() };
}
