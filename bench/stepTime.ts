/**
 * Measures step time and evaluation speed of the compiled engine and of stock TensorFlow.js on each of its backends, side by
 * side in one run.
 */
import { ENGINES } from "./engines.ts";
import { type BenchPage, recordedEvents, recordWorkerEvents, train, waitForEvent } from "./page.ts";

const CASES = {
  "28/0.125/0/32": "recipe=one-minute&inputSize=28&width=0.125&batchSize=32",
  "28/0.25/0/64": "recipe=one-minute&inputSize=28&width=0.25&batchSize=64",
};
const STEPS = 8;

export async function stepTime({ open }: BenchPage): Promise<object> {
  const results: Record<string, object> = {};
  for (const [name, settings] of Object.entries(CASES)) {
    for (const [backend, choice] of Object.entries(ENGINES)) {
      const page = await open(
        `${settings}&budget=steps&steps=${STEPS}&holdOut=0&${choice}`,
        recordWorkerEvents,
      );
      await train(page);
      await waitForEvent(page, "test.progressed", "numImages", 400);
      const steps = await recordedEvents(page, "step.completed");
      const tests = await recordedEvents(page, "test.progressed");
      const [first, last] = [steps[0], steps.at(-1)];
      const [firstTest, lastTest] = [tests[0], tests.at(-1)];
      if (
        first === undefined ||
        last?.event.step !== STEPS ||
        firstTest === undefined ||
        lastTest === undefined
      ) {
        throw new Error(`step-time: ${name} on ${backend} did not finish its ${STEPS} steps.`);
      }
      const numImages = Number(lastTest.event.numImages) - Number(firstTest.event.numImages);
      results[`${name} ${backend}`] = {
        stepMs: (last.at - first.at) / (STEPS - Number(first.event.step)),
        evaluationImagesPerSecond: (1000 * numImages) / (lastTest.at - firstTest.at),
      };
      await page.context().close();
    }
  }
  return results;
}
