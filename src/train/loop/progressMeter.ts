/**
 * Times steps and turns the device's metric sums into points of the curve. Other work between steps (evaluation, pauses) is not
 * counted: the caller stops the clock for it.
 */
import type { CurvePoint } from "../../core/curves.ts";
import { PlaygroundError } from "../../core/errors.ts";
import { formatCount } from "../../core/units.ts";
import type { TrainingMetrics } from "../../exec/executor.ts";

export interface Speed {
  readonly stepMs: number;
  readonly imagesPerSecond: number;
}

/** A cross-entropy above this means divergence. Some devices give huge numbers instead of NaN. */
const LARGEST_LOSS = 1e6;
/** The weight of the newest measurement in the moving average of the step time. */
const SMOOTHING = 0.3;

export interface ProgressMeter {
  /** Milliseconds spent in steps so far. */
  readonly trainMs: number;
  readonly speed: Speed;
  /** Starts the clock when steps begin or continue after other work. */
  startClock(): void;
  stopClock(): void;
  /** Milliseconds of running clock since the last reading. */
  readonly sinceReadingMs: number;
  /**
   * @param step the number of steps done
   * @throws PlaygroundError `run.diverged`
   */
  record(step: number, metrics: TrainingMetrics): CurvePoint;
}

/** @param startMs milliseconds spent in steps before this meter began */
export function createProgressMeter(
  now: () => number = () => performance.now(),
  startMs = 0,
): ProgressMeter {
  let trainMs = startMs;
  let sinceReadingMs = 0;
  let startedAt: number | undefined;
  let speed: Speed = { stepMs: 0, imagesPerSecond: 0 };
  let readings = 0;

  const settle = () => {
    if (startedAt === undefined) return;
    const elapsed = now() - startedAt;
    trainMs += elapsed;
    sinceReadingMs += elapsed;
    startedAt = now();
  };

  return {
    get trainMs() {
      settle();
      return trainMs;
    },
    get speed() {
      return speed;
    },
    get sinceReadingMs() {
      settle();
      return sinceReadingMs;
    },
    startClock() {
      settle();
      startedAt = now();
    },
    stopClock() {
      settle();
      startedAt = undefined;
    },
    record(step, metrics) {
      settle();
      const stepMs = sinceReadingMs / metrics.numSteps;
      const imagesPerSecond = metrics.numImages / (sinceReadingMs / 1000);
      // The first reading includes compilation and warm-up, so the second one replaces it.
      const weight = readings < 2 ? 1 : SMOOTHING;
      speed = {
        stepMs: mix(speed.stepMs, stepMs, weight),
        imagesPerSecond: mix(speed.imagesPerSecond, imagesPerSecond, weight),
      };
      readings += 1;
      sinceReadingMs = 0;
      const point = {
        step,
        loss: metrics.lossSum / metrics.numSteps,
        accuracy: metrics.numCorrect / metrics.numImages,
      };
      if (!(Math.abs(point.loss) < LARGEST_LOSS))
        throw divergence(step, metrics.numSteps, {
          rule: "the loss is no longer a usable number",
          expected: `a loss below ${formatCount(LARGEST_LOSS)}`,
          got: point.loss.toPrecision(3),
        });
      if (metrics.hasNotFinite)
        throw divergence(step, metrics.numSteps, {
          rule: "the weights are no longer usable numbers",
          expected: "finite ones",
          got: "infinity or NaN among them",
        });
      return point;
    },
  };
}

function mix(before: number, now: number, weight: number): number {
  return before * (1 - weight) + now * weight;
}

/** @param numSteps the number of steps in the reading; one of them diverged. */
function divergence(
  step: number,
  numSteps: number,
  seen: { readonly rule: string; readonly expected: string; readonly got: string },
): PlaygroundError {
  const steps = numSteps > 1 ? `steps ${step - numSteps + 1} to ${step}` : `step ${step}`;
  return new PlaygroundError({
    code: "run.diverged",
    where: `Training, ${steps}`,
    ...seen,
    remedy: "Lower Learning rate, to a tenth for a start, and train again.",
    context: { step, setting: "learningRate" },
  });
}
