/**
 * Compares an executor with the reference on one case: gradients, two training steps, inference. The tolerances are those of
 * float32 against float64, or of mixed precision, and are the same for every executor.
 */
import { greatestOf } from "../../core/numbers.ts";
import type { ExecutorOptions, ReplayExecutor } from "../executor.ts";
import { caseBatch, startingWeights, type Weights } from "./caseData.ts";
import type { ConformanceCase } from "./cases.ts";

export type CreateExecutor = (options: ExecutorOptions) => ReplayExecutor | Promise<ReplayExecutor>;

/** One comparison. It passes when `deviation <= allowed`; NaN does not pass. */
export interface ConformanceCheck {
  readonly what: string;
  readonly deviation: number;
  readonly allowed: number;
}

export interface ConformanceRules {
  /** True for an executor that draws its own dropout masks. Cases with dropout then compare inference only. */
  readonly ownDropoutMasks?: boolean;
}

const STEPS = 2;

interface Tolerances {
  /** The largest difference of a gradient, relative to the largest value of its tensor. */
  readonly gradient: number;
  /**
   * Relative to the largest gradient of the network. A tensor's gradient below this consists of rounding errors only, so it may
   * deviate by this much.
   */
  readonly noGradient: number;
  /** The distance between final weights, relative to the distance that the weight moved. */
  readonly movement: number;
  /** The largest difference of an output or a loss. */
  readonly output: number;
}

const IN_32_BITS: Tolerances = { gradient: 2e-4, noGradient: 1e-5, movement: 0.01, output: 1e-4 };
/**
 * The reference rounds stored values to 16 bits too. A sum close to the middle of two 16-bit numbers may still round either
 * way.
 */
const IN_16_BITS: Tolerances = { gradient: 5e-3, noGradient: 1e-3, movement: 0.02, output: 1e-3 };

function tolerancesOf({ mixedPrecision }: ExecutorOptions): Tolerances {
  return mixedPrecision ? IN_16_BITS : IN_32_BITS;
}

/**
 * Disposes both executors.
 * @throws the errors of the executors.
 */
export async function runConformance(
  given: ConformanceCase,
  create: CreateExecutor,
  createReference: CreateExecutor,
  { ownDropoutMasks = false }: ConformanceRules = {},
): Promise<readonly ConformanceCheck[]> {
  const skipsTraining =
    ownDropoutMasks && given.options.graph.layers.some(({ type }) => type === "Dropout");
  const [subject, reference] = [await create(given.options), await createReference(given.options)];
  try {
    const [ours, theirs] = [
      await replay(given, subject, skipsTraining),
      await replay(given, reference, skipsTraining),
    ];
    const tolerances = tolerancesOf(given.options);
    return [
      ...gradientChecks(ours.gradients, theirs.gradients, tolerances),
      ...theirs.losses.map((loss, step) => ({
        what: `loss of step ${step + 1}`,
        deviation: Math.abs((ours.losses[step] ?? Number.NaN) - loss),
        allowed: tolerances.output,
      })),
      ...movementChecks(ours, theirs, tolerances),
      ...(["before", "after"] as const).map((when) => ({
        what: `inference ${when} training`,
        deviation: largestDifference(ours[when], theirs[when]),
        allowed: tolerances.output,
      })),
    ];
  } finally {
    await subject.dispose();
    await reference.dispose();
  }
}

/** Describes the failed checks. */
export function failuresOf(checks: readonly ConformanceCheck[]): readonly string[] {
  return checks
    .filter(({ deviation, allowed }) => !(deviation <= allowed))
    .map(({ what, deviation, allowed }) => `${what}: ${deviation}, allowed ${allowed}`);
}

interface Replay {
  readonly initial: Weights;
  readonly gradients: Weights;
  readonly losses: readonly number[];
  readonly final: Weights;
  readonly before: Float32Array;
  readonly after: Float32Array;
}

async function replay(
  given: ConformanceCase,
  executor: ReplayExecutor,
  skipsTraining: boolean,
): Promise<Replay> {
  const { options, learningRate } = given;
  const initial = startingWeights(options);
  await executor.writeWeights(initial);
  const first = caseBatch(given, 0);
  const before = await executor.predict(first);
  const losses: number[] = [];
  const gradients = skipsTraining ? new Map() : await executor.gradients(first);
  for (let step = 0; step < (skipsTraining ? 0 : STEPS); step += 1) {
    await executor.trainStep(caseBatch(given, step), learningRate);
    losses.push((await executor.readMetrics()).lastLoss);
  }
  const final = await executor.readWeights();
  return { initial, gradients, losses, final, before, after: await executor.predict(first) };
}

function gradientChecks(
  ours: Weights,
  theirs: Weights,
  tolerances: Tolerances,
): readonly ConformanceCheck[] {
  const networkScale = greatestOf([...theirs.values()].map(largest));
  const unexpected = [...ours.keys()].filter((path) => !theirs.has(path));
  return [
    ...unexpected.map((path) => ({
      what: `gradient of ${path}, which is not trained`,
      deviation: Number.NaN,
      allowed: 0,
    })),
    ...[...theirs].map(([path, gradient]) => {
      const scale = largest(gradient);
      const least = tolerances.noGradient * networkScale;
      const allowed = scale < least ? least : tolerances.gradient * scale;
      const deviation = largestDifference(ours.get(path), gradient);
      return { what: `gradient of ${path}`, deviation, allowed };
    }),
  ];
}

function movementChecks(
  ours: Replay,
  theirs: Replay,
  tolerances: Tolerances,
): readonly ConformanceCheck[] {
  const networkScale = greatestOf([...theirs.gradients.values()].map(largest));
  return [...theirs.final].flatMap(([path, expected]) => {
    const gradient = theirs.gradients.get(path);
    // An optimiser that divides by the gradient's size turns rounding errors into movement.
    if (gradient !== undefined && largest(gradient) < tolerances.noGradient * networkScale)
      return [];
    const [start, end] = [theirs.initial.get(path), ours.final.get(path)];
    const way = distance(expected, start);
    // A frozen or untrained weight must not change in any bit.
    if (way === 0)
      return { what: `unchanged ${path}`, deviation: distance(expected, end), allowed: 0 };
    const deviation = distance(expected, end) / way;
    return { what: `movement of ${path}`, deviation, allowed: tolerances.movement };
  });
}

function distance(a: Float32Array, b: Float32Array | undefined): number {
  if (a.length !== b?.length) return Number.NaN;
  return Math.sqrt(a.reduce((sum, value, at) => sum + (value - (b[at] ?? Number.NaN)) ** 2, 0));
}

function largest(values: Float32Array): number {
  return values.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
}

function largestDifference(a: Float32Array | undefined, b: Float32Array): number {
  if (a?.length !== b.length) return Number.NaN;
  return a.reduce(
    (found, value, at) => Math.max(found, Math.abs(value - (b[at] ?? Number.NaN))),
    0,
  );
}
