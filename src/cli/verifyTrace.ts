/**
 * Replays a trace golden on an engine and compares every number with real Keras: the first step's gradients, each step's loss,
 * how the weights moved, what was frozen, and the inference at the end. The tolerances are those of the goldens' README. Each
 * grows with the drift, that is, how far correct programs differ from one another.
 */

import { PlaygroundError } from "../core/errors.ts";
import { greatestOf, lengthOf } from "../core/numbers.ts";
import { sameShape } from "../core/shape.ts";
import type { ExecutorOptions, PreparedBatch, ReplayExecutor } from "../exec/executor.ts";
import { frozenThrough } from "../network/freezing.ts";
import type { LayerGraph } from "../network/graph.ts";
import { networkWeights } from "../network/networkWeights.ts";
import { goldenGraph } from "./goldenSpec.ts";
import { learningRateAt, optimizerOptions } from "./kerasOptimizer.ts";
import { type LoadedTrace, loadTrace, type TraceWeight } from "./traceGolden.ts";
import type { Verdict } from "./verdict.ts";

export type TraceEngine = (options: ExecutorOptions) => Promise<ReplayExecutor>;

/** One comparison. It passes when `deviation <= allowed`; NaN does not pass. */
export interface TraceCheck {
  readonly what: string;
  readonly deviation: number;
  readonly allowed: number;
}

export interface TraceVerdict extends Verdict {
  readonly checks: readonly TraceCheck[];
  /** Weights whose movement cannot be judged: correct programs differ too much, or only rounding moved them. */
  readonly unjudged: readonly string[];
}

/** True for a file that claims to be a trace, valid or not. */
export function isTraceGolden(golden: unknown): boolean {
  return typeof golden === "object" && golden !== null && "loss" in golden && "batches" in golden;
}

/**
 * @param path of the trace; its `batches` and `initial` are relative to the folder above.
 * @param engine creates an executor, which is disposed here.
 * @throws PlaygroundError `golden.invalid`; `engine.unsupported` when the engine cannot run the network.
 */
export async function verifyTrace(path: string, engine: TraceEngine): Promise<TraceVerdict> {
  const trace = await loadTrace(path);
  const options = traceOptions(trace);
  const executor = await engine(options);
  try {
    return judge(await replay(trace, executor), trace, options);
  } finally {
    await executor.dispose();
  }
}

function traceOptions({ golden }: LoadedTrace): ExecutorOptions {
  const { net, optimizer, label_smoothing: labelSmoothing, frozen } = golden.spec;
  const graph = goldenGraph(net);
  const frozenLayers = frozen === undefined ? 0 : frozenThrough(graph, frozen);
  requireSameWeights(golden.weights, graph);
  return {
    graph,
    batchSize: golden.batch,
    seed: 0,
    preparation: "standardize",
    optimizer: optimizerOptions(optimizer),
    labelSmoothing,
    frozenLayers,
  };
}

function requireSameWeights(weights: readonly TraceWeight[], graph: LayerGraph): void {
  const ours = new Map(networkWeights(graph).map((weight) => [weight.path, weight.shape]));
  for (const { path, shape } of weights) {
    const own = ours.get(path);
    if (own === undefined || !sameShape(own, shape)) {
      throw unlike(
        path,
        `shape ${own?.join("x") ?? "of no weight"}, as the settings make it`,
        shape.join("x"),
      );
    }
  }
  if (ours.size !== weights.length)
    throw unlike("weights", String(ours.size), String(weights.length));
}

/** The engine's results for the trace. */
interface Replay {
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly losses: readonly number[];
  readonly final: ReadonlyMap<string, Float32Array>;
  /** The network's output for the first batch after the last step. */
  readonly inference: Float32Array;
}

async function replay(
  { golden, images, initial }: LoadedTrace,
  executor: ReplayExecutor,
): Promise<Replay> {
  const labels = Uint8Array.from(golden.labels);
  const imageSize = images.length / labels.length;
  const batchAt = (step: number): PreparedBatch => {
    const [from, to] = [step * golden.batch, (step + 1) * golden.batch];
    return {
      kind: "prepared",
      values: images.subarray(from * imageSize, to * imageSize),
      labels: labels.subarray(from, to),
      numImages: golden.batch,
    };
  };
  await executor.writeWeights(initial);
  const gradients = await executor.gradients(batchAt(0));
  const losses: number[] = [];
  for (let step = 0; step < golden.steps; step += 1) {
    await executor.trainStep(batchAt(step), learningRateAt(golden.spec.optimizer, step));
    losses.push((await executor.readMetrics()).lastLoss);
  }
  return {
    gradients,
    losses,
    final: await executor.readWeights(),
    inference: await executor.predict(batchAt(0)),
  };
}

function judge(replayed: Replay, trace: LoadedTrace, options: ExecutorOptions): TraceVerdict {
  const { golden } = trace;
  const frozen = new Set(
    networkWeights(options.graph, options.frozenLayers).flatMap((weight) =>
      weight.frozen ? weight.path : [],
    ),
  );
  const moving = golden.weights.filter(({ path }) => !frozen.has(path));
  const judged = moving.filter((weight) => !isUnjudged(weight));
  const checks = [
    ...golden.weights.flatMap((weight) => gradientCheck(weight, replayed, frozen)),
    ...lossChecks(golden, replayed.losses),
    ...judged.map((weight) => movementCheck(weight, trace, replayed)),
    ...golden.weights
      .filter(({ path }) => frozen.has(path))
      .map(({ path }) => frozenCheck(path, trace, replayed)),
    {
      what: "inference",
      deviation: largestDifference(replayed.inference, golden.inference.flat()),
      allowed: Math.max(1e-3, 5 * golden.inferenceDrift),
    },
  ];
  const unjudged = moving.filter(isUnjudged).map(({ path }) => path);
  const failed = checks.filter((check) => !(check.deviation <= check.allowed));
  const worst = checks.reduce((a, b) => (strain(b) > strain(a) ? b : a));
  const frozenNote = frozen.size > 0 ? `, ${frozen.size} frozen weights` : "";
  const unjudgedNote = unjudged.length > 0 ? `, ${unjudged.length} weights not judged` : "";
  return {
    status: failed.length === 0 ? "passed" : "failed",
    deviation: worst.deviation,
    allowed: worst.allowed,
    summary:
      failed.length === 0
        ? `${worst.what} strays most of ${checks.length} comparisons (${golden.steps} steps${frozenNote}${unjudgedNote})`
        : `${failed.length} of ${checks.length} comparisons fail, the worst at ${worst.what}${unjudgedNote}`,
    checks,
    unjudged,
  };
}

/** Absent gradients belong to frozen weights and moving statistics. The engine must have none there either. */
function gradientCheck(
  weight: TraceWeight,
  { gradients }: Replay,
  frozen: ReadonlySet<string>,
): readonly TraceCheck[] {
  const { path, at, gradient, gradientScale = 0, gradientDrift = 0 } = weight;
  const what = `gradient of ${path}`;
  const ours = gradients.get(path);
  if (gradient === undefined || frozen.has(path)) {
    return ours === undefined
      ? []
      : [{ what: `${what}, which is not trained`, deviation: Number.NaN, allowed: 0 }];
  }
  const deviation = ours === undefined ? Number.NaN : largestDifference(sample(ours, at), gradient);
  return [{ what, deviation, allowed: Math.max(1e-5 * gradientScale, 10 * gradientDrift) }];
}

function lossChecks(
  { loss, lossDrift }: LoadedTrace["golden"],
  losses: readonly number[],
): readonly TraceCheck[] {
  return loss.map((expected, step) => ({
    what: `loss of step ${step + 1}`,
    deviation: Math.abs((losses[step] ?? Number.NaN) - expected),
    allowed: Math.max(1e-4, 5 * greatestOf(lossDrift.slice(0, step + 1))),
  }));
}

/** Tells whether a weight cannot be judged: correct programs differ too much, or its gradient is only rounding. */
function isUnjudged({ drift, gradientScale }: TraceWeight): boolean {
  return 5 * drift > 0.5 || (gradientScale !== undefined && gradientScale < 1e-6);
}

/**
 * Measures the distance between our final weight and Keras', relative to the distance that Keras' weight moved. It is 1 for an
 * engine that does nothing.
 */
function movementCheck(
  { path, at, final, drift }: TraceWeight,
  { initial }: LoadedTrace,
  replayed: Replay,
): TraceCheck {
  const [before, after] = [sample(initial.get(path), at), sample(replayed.final.get(path), at)];
  const way = lengthOf(final.map((value, index) => value - (before[index] ?? Number.NaN)));
  const distance = lengthOf(final.map((value, index) => value - (after[index] ?? Number.NaN)));
  return {
    what: `movement of ${path}`,
    deviation: distance / Math.max(way, 1e-12),
    allowed: Math.max(0.02, 5 * drift),
  };
}

/** Counts the values of a frozen weight that changed in any bit. */
function frozenCheck(path: string, { initial }: LoadedTrace, { final }: Replay): TraceCheck {
  const [before, after] = [initial.get(path) ?? [], final.get(path) ?? []];
  const numChanged = [...before].filter((value, index) => !Object.is(value, after[index])).length;
  return { what: `frozen ${path}`, deviation: numChanged, allowed: 0 };
}

function sample(values: Float32Array | undefined, at: readonly number[]): readonly number[] {
  return at.map((place) => values?.[place] ?? Number.NaN);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  return Array.from(a, (value, index) => Math.abs(value - (b[index] ?? Number.NaN))).reduce(
    (largest, difference) =>
      Number.isNaN(difference) || difference > largest ? difference : largest,
    0,
  );
}

/** The deviation relative to what is allowed, to find the worst check; NaN is worst. */
function strain({ deviation, allowed }: TraceCheck): number {
  if (Number.isNaN(deviation)) return Number.POSITIVE_INFINITY;
  return deviation === 0 ? 0 : deviation / allowed;
}

function unlike(where: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "golden.invalid",
    where,
    rule: "the trace does not fit the network its settings describe",
    expected,
    got,
    remedy: "Check the settings in the file's spec.",
  });
}
