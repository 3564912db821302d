/** Learning rate schedules. They are pure functions: the same step always gives the same rate. */
import type { TrainingSettings } from "../../settings/settings.ts";

type ScheduleSettings = Pick<
  TrainingSettings,
  "schedule" | "warmUpSteps" | "decayFactor" | "decayEpochs"
>;

/** Returns the learning rate at `step`, counted from 0. */
export function learningRateAt(
  settings: ScheduleSettings & Pick<TrainingSettings, "learningRate">,
  span: ScheduleSpan,
  step: number,
): number {
  return settings.learningRate * scheduleFactor(settings, span, step);
}

export interface ScheduleSpan {
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
}

/**
 * Returns the factor on the base learning rate at `step`, counted from 0.
 *
 * `cosine` is Keras' `CosineDecay` with alpha 0: linear from 0 during the warm-up, then half a cosine to 0 over the remaining
 * steps. `step` multiplies by `decayFactor` after every `decayEpochs` epochs.
 */
export function scheduleFactor(
  settings: ScheduleSettings,
  span: ScheduleSpan,
  step: number,
): number {
  switch (settings.schedule) {
    case "constant":
      return 1;
    case "cosine": {
      const { warmUpSteps } = settings;
      if (step < warmUpSteps) return step / warmUpSteps;
      const decaySteps = Math.max(1, span.totalSteps - warmUpSteps);
      const progress = Math.min(1, (step - warmUpSteps) / decaySteps);
      return 0.5 * (1 + Math.cos(Math.PI * progress));
    }
    case "step": {
      const periods = Math.floor(step / (settings.decayEpochs * span.stepsPerEpoch));
      return settings.decayFactor ** periods;
    }
  }
}
