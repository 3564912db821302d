/** Networks and options for the tests of plans. */
import type { LayerGraph } from "../network/graph.ts";
import { createBuilder } from "../network/networks/builder.ts";
import { buildEveryAxis } from "../network/networks/everyAxis.ts";
import { buildEveryBranch } from "../network/networks/everyBranch.ts";
import { buildEveryOperation } from "../network/networks/everyOperation.ts";
import { buildEveryPrelu } from "../network/networks/everyPrelu.ts";
import { buildXception } from "../network/networks/xception.ts";
import { forEachOptimizer } from "../settings/optimizers.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import type { OptimizerOptions, PlanOptions } from "./planOptions.ts";

export function planOptions(
  graph: LayerGraph,
  changes: Partial<Omit<PlanOptions, "optimizer">> & {
    readonly optimizer?: Partial<OptimizerOptions>;
  } = {},
): PlanOptions & { readonly preparation: "standardize" } {
  const { optimizer, ...rest } = changes;
  return {
    graph,
    batchSize: 2,
    seed: 1,
    // The plan itself ignores this; it is here because an executor's options need it.
    preparation: "standardize",
    labelSmoothing: 0,
    frozenLayers: 0,
    ...rest,
    optimizer: {
      kind: "adam",
      momentum: 0.9,
      weightDecay: 0.01,
      clipNorm: 0,
      epsilon: 1e-7,
      beta1: 0.9,
      beta2: 0.999,
      rho: 0.9,
      ...optimizer,
    },
  };
}

/** Uses fixed sizes, so that a change to the recipe leaves the printed plan unchanged. */
export function oneMinuteNetwork(): LayerGraph {
  return buildXception({ ...oneMinute.settings, inputSize: 28, width: 0.25 });
}

/** Holds the operations that are in neither Xception nor the other test networks. */
export function remainingOperations(): LayerGraph {
  const net = createBuilder("remaining");
  let x = net.input("input", [7, 5, 3]);
  x = net.batchNormalization(net.conv2d(x, "conv", { filters: 4, kernelSize: [1, 1] }), "bn");
  x = net.activation(net.activation(x, "act", "softmax"), "swish", "silu");
  const left = net.pooling(x, "average", "AveragePooling2D", {
    poolSize: [3, 3],
    strides: [1, 1],
    padding: "symmetric",
  });
  const right = net.pooling(x, "max", "MaxPooling2D", {
    poolSize: [3, 3],
    strides: [1, 1],
    padding: "symmetric",
  });
  x = net.dropout(net.add("add", left, x, right), "dropout", 0.3);
  x = net.globalAveragePooling2d(x, "avg_pool");
  net.dense(x, "predictions", 3, "linear");
  return net.finish();
}

/** Options of plans that together contain every operation. */
export function allPlanOptions(): readonly PlanOptions[] {
  return [
    planOptions(oneMinuteNetwork(), { batchSize: 3, labelSmoothing: 0.1 }),
    planOptions(oneMinuteNetwork(), { frozenLayers: 12 }),
    planOptions(remainingOperations(), { optimizer: { clipNorm: 1 } }),
    planOptions(remainingOperations(), { frozenLayers: 3 }),
    planOptions(remainingOperations(), { frozenLayers: 99 }),
    planOptions(buildEveryPrelu()),
    planOptions(buildEveryBranch()),
    planOptions(buildEveryAxis()),
    ...Object.values(
      forEachOptimizer((kind) =>
        planOptions(buildEveryOperation(), { batchSize: 1, optimizer: { kind } }),
      ),
    ),
  ];
}
