/** The options of a plan: everything about a run that is fixed before its first step. */

import type { OptimizerCoefficients } from "../formulas/optimizers/optimizer.ts";
import type { LayerGraph } from "../network/graph.ts";
import type { OptimizerKind } from "../settings/optimizers.ts";

/** Keras' optimisers with Keras' arguments, for plans and executors. Each optimiser reads its own arguments and ignores the others. */
export interface OptimizerOptions extends OptimizerCoefficients {
  readonly kind: OptimizerKind;
  /** The largest allowed global norm of all gradients; 0 means no clipping. */
  readonly clipNorm: number;
}

/** The learning rate is missing here because it is an input of each step. */
export interface PlanOptions {
  readonly graph: LayerGraph;
  readonly batchSize: number;
  /** Determines the dropout masks. */
  readonly seed: number;
  readonly optimizer: OptimizerOptions;
  readonly labelSmoothing: number;
  /** The number of layers, the first ones in Keras' order, that are not trained. Their batch normalisation runs in inference mode. */
  readonly frozenLayers: number;
}
