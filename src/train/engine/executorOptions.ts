/** Converts settings to the options of an executor. */
import type { ExecutorOptions } from "../../exec/executor.ts";
import type { LayerGraph } from "../../network/graph.ts";
import type { Settings } from "../../settings/settings.ts";

/** Keras' defaults for what the page does not let people change; RMSprop and Adadelta differ in `rho`. */
const RHO = { adam: 0, adamw: 0, sgd: 0, rmsprop: 0.9, adadelta: 0.95 } as const;

/** @param numLabelClasses the number of classes in the data; needed when the head has one unit for all of them. */
export function executorOptions(
  settings: Settings,
  graph: LayerGraph,
  numLabelClasses?: number,
): ExecutorOptions {
  return {
    ...(numLabelClasses !== undefined && { numLabelClasses }),
    graph,
    batchSize: settings.batchSize,
    seed: settings.seed,
    preparation: settings.preparation,
    labelSmoothing: settings.labelSmoothing,
    frozenLayers: settings.frozenLayers,
    // Mixed precision applies only when this engine was chosen by hand. A run on another engine keeps 32 bits.
    ...(settings.engine === "webgpu" && { mixedPrecision: settings.mixedPrecision }),
    optimizer: {
      kind: settings.optimizer,
      momentum: settings.momentum,
      weightDecay: settings.weightDecay,
      clipNorm: settings.clipNorm,
      epsilon: 1e-7,
      beta1: 0.9,
      beta2: 0.999,
      rho: RHO[settings.optimizer],
    },
  };
}
