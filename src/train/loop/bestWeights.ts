/** Keeps the weights with the best validation accuracy of a run so far. */
import type { WeightSource } from "../../exec/executor.ts";
import type { Measured } from "./measured.ts";

/** The best weights with the result of their validation. */
export interface BestWeights extends Measured {
  /** Keyed by path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** Returns the executor's weights when their accuracy is higher, otherwise `best`. Of equal accuracies the first stays. */
export async function betterOf(
  best: BestWeights | null,
  executor: WeightSource,
  measured: Measured,
): Promise<BestWeights> {
  if (best !== null && best.accuracy >= measured.accuracy) return best;
  return { ...measured, weights: await executor.readWeights() };
}
