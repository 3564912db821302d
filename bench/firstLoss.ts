/** Measures the time from pressing Train to the first point of the loss curve, for each engine. */
import { ENGINES } from "./engines.ts";
import { type BenchPage, recordedEvents, recordWorkerEvents, train, waitForEvent } from "./page.ts";

const SETTINGS =
  "recipe=one-minute&inputSize=28&width=0.125&batchSize=32&budget=steps&steps=2&schedule=constant";

export async function firstLoss({ open }: BenchPage): Promise<object> {
  const results: Record<string, object> = {};
  for (const [backend, choice] of Object.entries(ENGINES)) {
    const page = await open(`${SETTINGS}&${choice}`, recordWorkerEvents);
    const pressedAt = await page.evaluate(() => performance.now());
    await train(page);
    await waitForEvent(page, "step.completed", "step", 1);
    const [step] = await recordedEvents(page, "step.completed");
    const [engine] = await recordedEvents(page, "engine.chosen");
    if (step === undefined || engine === undefined)
      throw new Error(`first-loss: the run on ${backend} did not take a step.`);
    results[backend] = {
      firstLossMs: step.at - pressedAt,
      engineReadyMs: engine.at - pressedAt,
      device: engine.event.device,
    };
    await page.context().close();
  }
  return { settings: SETTINGS, ...results };
}
