/** What a plan is compiled from: everything of a run that is fixed before its first step. */
import type { LayerGraph } from "../network/graph.ts";
import type { OptimizerKind } from "../settings/settings.ts";

/** Keras' optimisers with Keras' arguments; each reads its own and ignores the others. */
export interface PlanOptimizer {
  readonly kind: OptimizerKind;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Largest global norm of all gradients together; 0: no clipping. */
  readonly clipNorm: number;
  readonly epsilon: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly rho: number;
}

/** The learning rate is no part of it: that is an input of each step. */
export interface PlanOptions {
  readonly graph: LayerGraph;
  readonly batchSize: number;
  /** Decides the dropout masks. */
  readonly seed: number;
  readonly optimizer: PlanOptimizer;
  readonly labelSmoothing: number;
  /** Number of layers, in graph order, that stay as they are; their batch normalisation runs in inference mode. */
  readonly frozenLayers: number;
}
