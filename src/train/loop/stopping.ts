/**
 * Decides when a run ends before its length, and restores its best weights. It depends on the validations, the time spent in
 * steps and the current settings alone, all of which a checkpoint holds. A run that goes on therefore ends where the undisturbed
 * one does.
 */
import type { LaneCheckpoint } from "../../checkpoint/checkpoint.ts";
import { formatCount, formatDuration, formatPercent } from "../../core/units.ts";
import type { Settings } from "../../settings/settings.ts";
import type { BestWeights } from "./bestWeights.ts";
import type { Measured } from "./measured.ts";

type StopSettings = Pick<
  Settings,
  "timeLimit" | "stopAccuracy" | "patience" | "minImprovement" | "restoreBest"
>;
type Validation = Pick<Measured, "step" | "accuracy">;

const MINUTE_MS = 60_000;

export interface Stopping {
  validated(validation: Validation): void;
  /**
   * Returns why no further step is taken, as the end of a sentence; `undefined` while training goes on.
   * @param trainMs milliseconds spent in steps
   */
  reason(settings: StopSettings, trainMs: number): string | undefined;
}

/** @param history the events of the checkpoint that the run goes on from */
export function createStopping(history: LaneCheckpoint["history"]["events"] = []): Stopping {
  let validations: readonly Validation[] = history.filter(
    (event) => event.type === "validation.completed",
  );
  return {
    validated({ step, accuracy }) {
      // A validation that a checkpoint interrupted is repeated after it.
      const others = validations.filter((other) => other.step !== step);
      validations = [...others, { step, accuracy }];
    },
    reason: (settings, trainMs) =>
      reachedAccuracy(settings, validations.at(-1)) ??
      lostPatience(settings, validations) ??
      reachedTime(settings, trainMs),
  };
}

/** Returns the milliseconds in steps after which a run ends, or infinity. */
export function timeLimitMs({ timeLimit }: Pick<Settings, "timeLimit">): number {
  return timeLimit === 0 ? Number.POSITIVE_INFINITY : timeLimit * MINUTE_MS;
}

function reachedTime(settings: StopSettings, trainMs: number): string | undefined {
  const limitMs = timeLimitMs(settings);
  return trainMs < limitMs
    ? undefined
    : `the time limit of ${formatDuration(limitMs)} has been reached`;
}

function reachedAccuracy(
  { stopAccuracy }: StopSettings,
  newest: Validation | undefined,
): string | undefined {
  if (stopAccuracy === 0 || newest === undefined || newest.accuracy < stopAccuracy / 100)
    return undefined;
  return `validation has reached an accuracy of ${formatPercent(newest.accuracy)}, and the target is ${stopAccuracy} %`;
}

/** Counts as Keras' `EarlyStopping` does: an accuracy must exceed the last improvement by more than `minImprovement`. */
function lostPatience(
  { patience, minImprovement }: StopSettings,
  validations: readonly Validation[],
): string | undefined {
  if (patience === 0) return undefined;
  let best = Number.NEGATIVE_INFINITY;
  let since = 0;
  for (const { accuracy } of validations) {
    const isImproved = accuracy - minImprovement / 100 > best;
    if (isImproved) best = accuracy;
    since = isImproved ? 0 : since + 1;
  }
  if (since < patience) return undefined;
  const times = since === 1 ? "1 validation" : `${formatCount(since)} validations`;
  return `validation has not improved for ${times}`;
}

export interface Ending {
  /** Says why training ended before its length and which weights are left; empty when there is nothing to say. */
  readonly words: string;
  /** The weights to restore; `undefined` when the last ones stay. */
  readonly restored: BestWeights | undefined;
}

/**
 * @param reason why no further step is taken; `undefined` when the length was reached
 * @param step the number of steps done
 */
export function endingOf(
  reason: string | undefined,
  { restoreBest }: StopSettings,
  { step, best }: { readonly step: number; readonly best: BestWeights | null },
): Ending {
  const restored = restoreBest && best !== null && best.step !== step ? best : undefined;
  const weights =
    restored && `the best weights, of step ${formatCount(restored.step)}, were restored`;
  const stopped = reason && `Stopped: ${reason}`;
  const words = [stopped, weights].filter((part) => part !== undefined).join("; ");
  return { words: words && `${words.charAt(0).toUpperCase()}${words.slice(1)}.`, restored };
}

/** Says that settings have no effect, when no image is held out to validate on. */
export function stopNotes(
  { stopAccuracy, patience, restoreBest }: StopSettings,
  validationImages: number,
): readonly string[] {
  const isSet = stopAccuracy > 0 || patience > 0 || restoreBest;
  return isSet && validationImages === 0
    ? ["No images are held out, so the run neither ends by its validations nor restores weights."]
    : [];
}
