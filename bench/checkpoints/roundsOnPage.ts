/** Trains The notebook in the page and asks for a checkpoint at the start of each round, as a page that is being hidden does. */
import type { Page } from "playwright";
import {
  type BenchPage,
  recordedEvents,
  recordWorkerEvents,
  train,
  waitForEvent,
} from "../page.ts";
import type { Rounds } from "./costOf.ts";

const SETTINGS =
  "recipe=notebook&engine=wasm&dataSet=starter&shuffleBuffer=1000&budget=steps&steps=100000";
const WARM_UP = 4;

export async function roundsOnPage({ open }: BenchPage, rounds: number): Promise<Rounds> {
  const page = await open(SETTINGS, recordWorkerEvents);
  await train(page);
  await waitForEvent(page, "step.completed", "step", WARM_UP);
  for (let round = 0; round < rounds; round += 1) {
    const step = await newestStep(page);
    // While a checkpoint is being written, a request for another one has no effect.
    while ((await newestKept(page)) < step) {
      await hideForAMoment(page);
      await waitForEvent(page, "step.completed", "step", (await newestStep(page)) + 1);
    }
    const after = await newestStep(page);
    await waitForEvent(page, "step.completed", "step", 2 * after - (await newestKept(page)));
  }
  const [failed] = [
    ...(await recordedEvents(page, "run.failed")),
    ...(await recordedEvents(page, "checkpoint.failed")),
  ];
  if (failed !== undefined) throw new Error(`checkpoints: ${JSON.stringify(failed.event)}`);
  const steps = await recordedEvents(page, "step.completed");
  const kept = await recordedEvents(page, "checkpoint.kept");
  await page.context().close();
  return {
    steps: steps.map(({ at, event }) => ({
      at,
      step: Number(event.step),
      trainMs: Number(event.trainMs),
    })),
    kept: kept.map(({ at, event }) => ({
      at,
      step: Number(event.step),
      bytes: Number(event.bytes),
      ms: Number(event.ms),
      intervalMs: Number(event.intervalMs),
    })),
  };
}

async function newestStep(page: Page): Promise<number> {
  return Number((await recordedEvents(page, "step.completed")).at(-1)?.event.step ?? 0);
}

/** Returns the step of the newest checkpoint. */
async function newestKept(page: Page): Promise<number> {
  return Number((await recordedEvents(page, "checkpoint.kept")).at(-1)?.event.step ?? 0);
}

async function hideForAMoment(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const isHidden of [true, false]) {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }
  });
}
