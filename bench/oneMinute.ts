/**
 * Runs the recipe "One minute on any computer" from Train to the test result, on the engine that Automatic selects, once for
 * each of several seeds, and measures the step time in the same runs.
 */
import { greatestOf, leastOf } from "../src/core/numbers.ts";
import { median } from "./median.ts";
import { type BenchPage, recordedEvents, recordWorkerEvents, train, waitForEvent } from "./page.ts";

interface Minute {
  readonly seed: number;
  readonly engine: unknown;
  readonly steps: number;
  readonly firstLossMs: number;
  readonly trainMs: number;
  /** Time of training steps only, over the whole run. */
  readonly stepMs: number;
  readonly wholeMs: number;
  readonly testAccuracy: number;
}

/** The fixed definition of the minute: this many steps of this network. It stays the same when the recipe changes. */
const BUDGET = {
  steps: 2640,
  network: "recipe=notebook&inputSize=28&width=0.25&middleRepeats=0&batchSize=64",
};
const BUDGET_SAMPLE = 120;

/** @param numSeeds runs with the seeds 1, 2, ... */
export async function oneMinute(benchPage: BenchPage, numSeeds: number): Promise<object> {
  const runs: Minute[] = [];
  const stepBefore = await measureBudgetStep(benchPage);
  for (let seed = 1; seed <= numSeeds; seed += 1) runs.push(await runOnce(benchPage, seed));
  const stepAfter = await measureBudgetStep(benchPage);
  const accuracies = runs.map(({ testAccuracy }) => testAccuracy);
  return {
    testAccuracy: {
      mean: accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / runs.length,
      least: leastOf(accuracies),
      most: greatestOf(accuracies),
    },
    /** Measured before and after the runs. */
    budgetStepMs: [stepBefore, stepAfter],
    budgetMs: (BUDGET.steps * (stepBefore + stepAfter)) / 2,
    medianTrainMs: median(runs.map(({ trainMs }) => trainMs)),
    medianStepMs: median(runs.map(({ stepMs }) => stepMs)),
    runs,
  };
}

/** Returns the milliseconds of a step of the budget's network, from a separate run. */
async function measureBudgetStep({ open }: BenchPage): Promise<number> {
  const length = `budget=steps&steps=${BUDGET_SAMPLE}&holdOut=0`;
  const page = await open(`${BUDGET.network}&${length}`, recordWorkerEvents);
  await train(page);
  await waitForEvent(page, "step.completed", "step", BUDGET_SAMPLE);
  const steps = await recordedEvents(page, "step.completed");
  // The first half of the steps is warm-up.
  const middle = steps.find(({ event }) => Number(event.step) >= BUDGET_SAMPLE / 2);
  const last = steps.at(-1);
  if (middle === undefined || last?.event.step !== BUDGET_SAMPLE)
    throw new Error("one-minute: the budget's network did not finish its steps.");
  await page.context().close();
  return (last.at - middle.at) / (BUDGET_SAMPLE - Number(middle.event.step));
}

async function runOnce({ open }: BenchPage, seed: number): Promise<Minute> {
  const page = await open(`recipe=one-minute&seed=${seed}`, recordWorkerEvents);
  const pressedAt = await page.evaluate(() => performance.now());
  await train(page);
  await waitForEvent(page, "run.finished", "step", 1);
  const [finished] = await recordedEvents(page, "run.finished");
  const [test] = await recordedEvents(page, "test.completed");
  const [engine] = await recordedEvents(page, "engine.chosen");
  const [first] = await recordedEvents(page, "step.completed");
  if (!finished || !test || !engine || !first)
    throw new Error(`one-minute: the run with seed ${seed} failed.`);
  await page.context().close();
  const [steps, trainMs] = [Number(finished.event.step), Number(finished.event.trainMs)];
  return {
    seed,
    engine: engine.event.label,
    steps,
    firstLossMs: first.at - pressedAt,
    trainMs,
    stepMs: trainMs / steps,
    wholeMs: finished.at - pressedAt,
    testAccuracy: Number(test.event.accuracy),
  };
}
