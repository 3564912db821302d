/**
 * Checks an engine against known numbers, because some drivers start and run but compute wrong results. It trains one tiny
 * network with every important operation on the engine and on the reference, from the same seed. Both must agree within the
 * tolerances of the conformance tests. Reference and comparison load with the first probe.
 */
import { PlaygroundError } from "../../core/errors.ts";
import type { Executor, ExecutorOptions } from "../../exec/executor.ts";
import { createBuilder } from "../../network/networks/builder.ts";

export type OpenExecutor = (options: ExecutorOptions) => Promise<Executor>;

/** Layers are named for what they test, so that an error message can say it. */
function probeNetwork(): ExecutorOptions["graph"] {
  const net = createBuilder("probe");
  let x = net.conv2d(net.input("input", [9, 9, 1]), "convolution", {
    filters: 8,
    kernelSize: [3, 3],
    strides: [2, 2],
    padding: "same",
    useBias: false,
  });
  x = net.activation(net.batchNormalization(x, "batch_normalization"), "relu", "relu");
  const inside = net.separableConv2d(x, "separable_convolution", {
    filters: 8,
    kernelSize: [3, 3],
    padding: "same",
    useBias: false,
  });
  x = net.add("residual", net.batchNormalization(inside, "second_batch_normalization"), x);
  x = net.pooling(x, "max_pooling", "MaxPooling2D", {
    poolSize: [3, 3],
    strides: [2, 2],
    padding: "same",
  });
  net.dense(net.globalAveragePooling2d(x, "average_pooling"), "dense", 5, "softmax");
  return net.finish();
}

const OPTIONS: ExecutorOptions = {
  graph: probeNetwork(),
  batchSize: 3,
  seed: 11,
  preparation: "standardize",
  labelSmoothing: 0,
  frozenLayers: 0,
  optimizer: {
    kind: "adam",
    momentum: 0.9,
    weightDecay: 0,
    clipNorm: 0,
    epsilon: 1e-7,
    beta1: 0.9,
    beta2: 0.999,
    rho: 0.9,
  },
};
const PROBE = { name: "probe", learningRate: 0.05, options: OPTIONS };

/** @throws PlaygroundError `engine.unavailable` saying what is computed wrongly and by how much; or the engine's own error. */
export async function probeEngine(open: OpenExecutor): Promise<void> {
  const [{ runConformance }, { createReferenceExecutor }] = await Promise.all([
    import("../../exec/conformance/runConformance.ts"),
    import("../../exec/reference/referenceExecutor.ts"),
  ]);
  let info: Executor["info"] | undefined;
  const create = async (options: ExecutorOptions) => {
    const executor = await open(options);
    info = executor.info;
    return executor;
  };
  const checks = await runConformance(PROBE, create, createReferenceExecutor);
  const wrong = checks.find(({ deviation, allowed }) => !(deviation <= allowed));
  if (wrong === undefined) return;
  const { what, deviation, allowed } = wrong;
  throw new PlaygroundError({
    code: "engine.unavailable",
    where: `${info?.label}, on ${info?.device}`,
    rule: `it must compute a tiny network as the reference does, and the ${what.replaceAll("_", " ")} is off`,
    expected: `at most ${allowed.toPrecision(2)}`,
    got: deviation.toPrecision(2),
    remedy: "Choose CPU compiled, which computes rightly; a newer browser or driver may help.",
    context: { engine: info?.engine ?? "", setting: "engine", what, deviation, allowed },
  });
}

/** Creates a probe that remembers a pass for the worker's life, during which the adapter stays the same. */
export function createProbe(ask = probeEngine): (open: OpenExecutor) => Promise<void> {
  let hasPassed = false;
  return async (open) => {
    if (hasPassed) return;
    await ask(open);
    hasPassed = true;
  };
}
