/**
 * Checks losses before any time is measured: what the float64 reference computes on the bench's batch, and whether the
 * entrants' losses agree.
 */
import { createReferenceExecutor } from "../src/exec/reference/referenceExecutor.ts";
import type { Settings } from "../src/settings/settings.ts";
import { executorOptions } from "../src/train/engine/executorOptions.ts";
import { benchNetwork } from "./network.ts";

/** The number of compared steps. The second one depends on a whole backward pass and an update. */
const COMPARED_STEPS = 2;
/** The reference is slow, and a batch of two shows the same errors as one of 64. */
const CHECKED_BATCH = 2;
/** Relative. Adam's first update is the sign of a gradient, so rounding decides it where a gradient is almost zero. */
const TOLERANCES = [1e-4, 2e-2] as const;
/** Relative, for the first loss of two engines. */
const FIRST_LOSS_TOLERANCE = 1e-3;

/** The losses of the first steps that every entrant with the same weights and batch must have. */
export interface CheckedLosses {
  readonly reference: readonly number[];
  readonly engine: readonly number[];
}

/**
 * @param takeLosses returns the engine's losses of the first steps with these settings.
 * @throws Error when a loss differs from the reference's.
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

/** Entrants with the same initial weights must have the same first loss, and every entrant's loss on one batch must fall. */
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
