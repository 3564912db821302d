/** Before any time is taken: what the float64 reference computes on the bench's batch, and losses held against each other. */
import { createReferenceExecutor } from "../src/exec/reference/referenceExecutor.ts";
import type { Settings } from "../src/settings/settings.ts";
import { executorOptions } from "../src/train/engine/executorOptions.ts";
import { benchNetwork } from "./network.ts";

/** Steps compared: the second holds a whole backward step and an update. */
const COMPARED_STEPS = 2;
/** The reference is slow: a batch of two shows the same faults as one of 64. */
const CHECKED_BATCH = 2;
/** Relative. Adam's first update is the sign of a gradient, so that rounding decides where one is almost zero. */
const TOLERANCES = [1e-4, 2e-2] as const;
/** Relative, of the first loss of two engines. */
const FIRST_LOSS_TOLERANCE = 1e-3;

/** Losses of the first steps, expected from everybody who starts with the same weights and batch. */
export interface CheckedLosses {
  readonly reference: readonly number[];
  readonly engine: readonly number[];
}

/**
 * @param takeLosses of the engine's first steps with these settings.
 * @throws Error where a loss differs from the reference's.
 */
export async function checkAgainstReference(
  name: string,
  settings: Settings,
  takeLosses: (small: Settings) => Promise<readonly number[]>,
): Promise<CheckedLosses> {
  const small = { ...settings, batchSize: CHECKED_BATCH };
  const reference = await referenceLosses(small);
  const engine = (await takeLosses(small)).slice(0, COMPARED_STEPS);
  for (const [step, tolerance] of TOLERANCES.entries())
    requireClose(`${name}, step ${step + 1}`, engine[step], reference[step], tolerance);
  return { reference, engine };
}

/** Those with the same first weights have the same first loss; the loss on one batch falls for everybody. */
export function checkLosses(
  name: string,
  losses: readonly number[],
  firstLoss: number | undefined,
): void {
  const [first = Number.NaN, last = Number.NaN] = [losses[0], losses.at(-1)];
  if (!(Number.isFinite(first) && last < first))
    throw new Error(`${name}: the loss on one batch should fall, but went ${losses.join(", ")}.`);
  if (firstLoss !== undefined)
    requireClose(`${name}, step 1`, first, firstLoss, FIRST_LOSS_TOLERANCE);
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
