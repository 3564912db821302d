/**
 * Estimates the memory of a training run from the network alone, for the page and the summary. The plan of a run knows the exact
 * number (`planBytes`), and `train/` takes that one. The page does not: it shows the number at every movement of a slider, where
 * compiling a plan would take too long and would load the compiler before the first run.
 */
import { sizeOf } from "../core/shape.ts";
import { OPTIMIZER_WORDS, type OptimizerKind } from "../formulas/optimizers/words.ts";
import type { NetworkAnalysis } from "./analysis.ts";

const FLOAT_BYTES = 4;

/**
 * Returns the bytes that a step must hold at once: weights, gradients and optimiser state; the outputs of all layers for the
 * whole batch, because the backward pass reads them again; and the two largest outputs once more, as the gradients between
 * layers. An engine that frees nothing or pads (stock TensorFlow.js does both) needs more.
 */
export function trainingMemoryBytes(
  analysis: NetworkAnalysis,
  run: { readonly batchSize: number; readonly optimizer: OptimizerKind },
): number {
  const outputs = analysis.layers.map((layer) => sizeOf(layer.shape));
  const kept = outputs.reduce((total, size) => total + size, 0);
  const [largest = 0, second = 0] = outputs.toSorted((a, b) => b - a);
  const perTrainable = 1 + OPTIMIZER_WORDS[run.optimizer].vectors;
  return (
    FLOAT_BYTES *
    (analysis.params +
      perTrainable * analysis.trainableParams +
      run.batchSize * (kept + largest + second))
  );
}
