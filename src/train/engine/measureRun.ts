/**
 * Times a few steps of a network on real images to estimate the time of an epoch on this machine. The trained weights are
 * discarded.
 */
import { serializeError } from "../../core/errors.ts";
import { augmentBatch } from "../data/augmentBatch.ts";
import { prepareRun, type RunEnvironment } from "../loop/prepareRun.ts";
import { createProgressMeter } from "../loop/progressMeter.ts";
import { speedOfRun } from "./speedOfRun.ts";

/** The first steps include compilation and warm-up. A fast engine takes more steps to show its speed. */
const MIN_STEPS = 3;
const MAX_STEPS = 40;
const ENOUGH_MS = 2000;

/** Ends with the event `speed.measured` or `run.failed`. */
export async function measureRun(environment: RunEnvironment): Promise<void> {
  const { runId, emit } = environment;
  try {
    const { settings, executor, budget, firstPass } = await prepareRun(environment);
    const meter = createProgressMeter();
    let step = 0;
    for await (const batch of firstPass) {
      meter.startClock();
      await executor.trainStep(augmentBatch(batch, settings, step), settings.learningRate);
      step += 1;
      meter.record(step, await executor.readMetrics());
      meter.stopClock();
      const enough = step >= MIN_STEPS && meter.trainMs >= ENOUGH_MS;
      if (enough || step === MAX_STEPS) break;
    }
    emit({ type: "speed.measured", runId, ...speedOfRun(meter.speed, budget) });
    executor.dispose();
  } catch (error) {
    emit({ type: "run.failed", runId, error: serializeError(error), step: 0 });
  }
}
