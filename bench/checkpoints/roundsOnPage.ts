/** Trains The notebook in the page and asks for a checkpoint at the start of each round, as a page that is being hidden does. */
import type { Page } from "playwright";
import {
  type BenchPage,
  recordedEvents,
  recordWorkerEvents,
  train,
  waitForEvent,
} from "../page.ts";
import { type Rounds, STEPS_A_PART } from "./costOf.ts";

const SETTINGS =
  "recipe=notebook&engine=wasm&dataSet=starter&shuffleBuffer=1000&budget=steps&steps=100000";
const WARM_UP = 4;

export async function roundsOnPage({ open }: BenchPage, rounds: number): Promise<Rounds> {
  const page = await open(SETTINGS, recordWorkerEvents);
  await train(page);
  let step = await reach(page, WARM_UP);
  for (let round = 0; round < rounds; round += 1) {
    await hideForAMoment(page);
    // One more: the request arrives during a step.
    step = await reach(page, step + 2 * STEPS_A_PART + 1);
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
    steps: steps.map(({ at, event }) => ({ at, step: Number(event.step) })),
    kept: kept.map(({ at, event }) => ({
      at,
      step: Number(event.step),
      bytes: Number(event.bytes),
      ms: Number(event.ms),
    })),
  };
}

/** Resolves with the newest step, which is `atLeast` or more. */
async function reach(page: Page, atLeast: number): Promise<number> {
  await waitForEvent(page, "step.completed", "step", atLeast);
  const steps = await recordedEvents(page, "step.completed");
  return Number(steps.at(-1)?.event.step);
}

async function hideForAMoment(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const isHidden of [true, false]) {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }
  });
}
