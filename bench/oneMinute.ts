/** The recipe "One minute on any computer" from Train to the test result, with the engine that Automatic takes. */
import { type BenchPage, recordedEvents, recordWorkerEvents, train, waitForEvent } from "./page.ts";

export async function oneMinute({ open }: BenchPage): Promise<object> {
  const page = await open("recipe=one-minute", recordWorkerEvents);
  const pressedAt = await page.evaluate(() => performance.now());
  await train(page);
  await waitForEvent(page, "run.finished", "step", 1);
  const [finished] = await recordedEvents(page, "run.finished");
  const [test] = await recordedEvents(page, "test.completed");
  const [engine] = await recordedEvents(page, "engine.chosen");
  const [first] = await recordedEvents(page, "step.completed");
  if (!finished || !test || !engine || !first) throw new Error("one-minute: the run failed.");
  await page.context().close();
  return {
    engine: engine.event.label,
    steps: finished.event.step,
    firstLossMs: first.at - pressedAt,
    trainMs: finished.event.trainMs,
    wholeMs: finished.at - pressedAt,
    testAccuracy: test.event.accuracy,
  };
}
