/** Before any time is taken: the engine in the page computes what the float64 reference computes. */
import { createReferenceExecutor } from "../../src/exec/reference/referenceExecutor.ts";
import type { Settings } from "../../src/spec/settings.ts";
import { executorOptions } from "../../src/train/executorOptions.ts";
import { CHECKED_STEPS, type Entrant } from "./entrant.ts";
import { benchNetwork } from "./network.ts";

/** The reference is slow: a batch of two shows the same faults as one of 64. */
const CHECKED_BATCH = 2;
/** Steps compared: the second holds a whole backward step and an update. */
const COMPARED_STEPS = 2;
/** Relative. Adam's first update is the sign of a gradient, so that rounding decides where one is almost zero. */
const TOLERANCES = [1e-4, 2e-2] as const;

/** Losses of the first steps, expected from everybody who starts with the same weights and batch. */
export interface CheckedLosses {
  readonly reference: readonly number[];
  readonly engine: readonly number[];
}

/** @throws Error where a loss differs. */
export async function checkEngine(ours: Entrant, settings: Settings): Promise<CheckedLosses> {
  const small = { ...settings, batchSize: CHECKED_BATCH };
  const reference = await referenceLosses(small);
  const engine = (await ours.prepare(small)).slice(0, COMPARED_STEPS);
  for (const [step, tolerance] of TOLERANCES.entries())
    requireClose(`${ours.name}, step ${step + 1}`, engine[step], reference[step], tolerance);
  return { reference, engine };
}

/** Those with the same first weights have the same first loss; the loss on one batch falls for everybody. */
export function checkLosses(
  { name }: Entrant,
  losses: readonly number[],
  firstLoss: number | undefined,
): void {
  const [first = Number.NaN, last = Number.NaN] = [losses[0], losses[CHECKED_STEPS - 1]];
  if (!(Number.isFinite(first) && last < first))
    throw new Error(`${name}: the loss on one batch should fall, but went ${losses.join(", ")}.`);
  if (firstLoss !== undefined) requireClose(`${name}, step 1`, first, firstLoss, 1e-3);
}

async function referenceLosses(settings: Settings): Promise<readonly number[]> {
  const { graph, images, labels } = benchNetwork(settings);
  const executor = createReferenceExecutor(executorOptions(settings, graph));
  const batch = { kind: "prepared", values: images, labels, numImages: labels.length } as const;
  const losses: number[] = [];
  for (let step = 0; step < COMPARED_STEPS; step += 1) {
    await executor.trainStep(batch, settings.learningRate);
    losses.push((await executor.readMetrics()).lastLoss);
  }
  return losses;
}

function requireClose(
  what: string,
  got: number | undefined,
  expected: number | undefined,
  tolerance: number,
): void {
  const difference = Math.abs((got ?? Number.NaN) - (expected ?? Number.NaN));
  if (difference <= tolerance * Math.abs(expected ?? 0)) return;
  throw new Error(`${what}: expected a loss of ${expected} within ${tolerance}, got ${got}.`);
}
