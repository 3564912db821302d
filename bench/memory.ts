/**
 * Measures memory over 500 steps of the smallest network: tensors and device bytes by the engine's own count, and the retained
 * JavaScript heaps of page and worker, and then what is left after Reset. "Back to the start" is compared with a start after
 * the charts' code was loaded, because that stays. The memory before that is reported too.
 */
import type { CDPSession, Page } from "playwright";
import { ENGINES } from "./engines.ts";
import { type BenchPage, train } from "./page.ts";

const STEPS = 500;
const SETTINGS = `recipe=one-minute&inputSize=28&width=0.125&batchSize=4&budget=steps&steps=${STEPS * 100}&schedule=constant&holdOut=0&shuffleBuffer=1000`;
/** Long enough that the curves have their maximum number of points and the browser has compiled all code. */
const WARM_UP = { steps: 400, ms: 40_000 };
const CHECKPOINTS = [50, 100, 200, 300, 400, 500];
/**
 * The page continues to run between a garbage collection and its reading. The lowest of several readings is the retained
 * memory.
 */
const READINGS = 6;

interface Sample {
  readonly step: number;
  readonly usedBytes: number;
  readonly numTensors: number;
  readonly pageHeapBytes: number;
  readonly workerHeapBytes: number | null;
}

export async function memory({ open }: BenchPage): Promise<object> {
  const results: Record<string, object> = {};
  for (const [backend, choice] of Object.entries(ENGINES).filter(
    ([name]) => !name.endsWith("webgpu"),
  )) {
    const page = await open(`${SETTINGS}&${choice}`, keepNewestStep);
    results[backend] = await memoryOfRun(page);
    console.error(`bench: memory, ${backend}: ${JSON.stringify(results[backend])}`);
    await page.context().close();
  }
  return results;
}

async function memoryOfRun(page: Page): Promise<object> {
  const session = await page.context().newCDPSession(page);
  const coldStartHeapBytes = await retainedBytes(session);
  await train(page);
  await Promise.all([reachStep(page, WARM_UP.steps), page.waitForTimeout(WARM_UP.ms)]);
  await reset(page);
  const warmStartHeapBytes = await retainedBytes(session);

  await train(page);
  const samples: Sample[] = [];
  for (const step of CHECKPOINTS) {
    await reachStep(page, step);
    samples.push({
      ...(await newestStep(page)),
      pageHeapBytes: await retainedBytes(session),
      workerHeapBytes: await workerHeapBytes(page),
    });
  }
  const workersBefore = page.workers().length;
  await reset(page);
  return {
    coldStartHeapBytes,
    warmStartHeapBytes,
    samples,
    workersBefore,
    workersAfterReset: page.workers().length,
    heapAfterResetBytes: await retainedBytes(session),
  };
}

/** Keeps only the newest event of its kind in the page, because a full record would distort the measurement. */
async function keepNewestStep(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.Worker = class extends window.Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        this.addEventListener("message", ({ data }) => {
          if (data.type === "step.completed" || data.type === "run.failed")
            window.newestStep = data;
        });
      }
    };
  });
}

async function reachStep(page: Page, step: number): Promise<void> {
  const reached = await page.waitForFunction(
    (atLeast) =>
      window.newestStep?.type === "run.failed" || Number(window.newestStep?.step) >= atLeast,
    step,
    { timeout: 600_000 },
  );
  await reached.dispose();
}

/** @throws Error when the run has failed. */
async function newestStep(page: Page): Promise<Pick<Sample, "step" | "usedBytes" | "numTensors">> {
  const event = await page.evaluate(() => window.newestStep);
  if (event?.type !== "step.completed") throw new Error("memory: the run failed.");
  return {
    step: Number(event.step),
    usedBytes: Number(event.usedBytes),
    numTensors: Number(event.numTensors),
  };
}

/**
 * Ends the run, and waits until its worker has ended and the charts are empty, which happens at their next redraw.
 *
 * @throws TimeoutError when either stays.
 */
async function reset(page: Page): Promise<void> {
  const ended = Promise.all(page.workers().map((worker) => worker.waitForEvent("close")));
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await page.getByRole("status", { name: "Run status" }).getByText("Ready").waitFor();
  const emptied = await page.waitForFunction(
    () => document.querySelector("#charts canvas") === null,
  );
  await emptied.dispose();
  await ended;
  await page.evaluate(() => {
    window.newestStep = undefined;
  });
}

async function retainedBytes(session: CDPSession): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < READINGS; reading += 1) {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    least = Math.min(least, usedSize);
  }
  return least;
}

/**
 * Returns the heap of the training worker, after the garbage collection that the measurement itself triggers; null when
 * unknown.
 */
function workerHeapBytes(page: Page): Promise<number | null> {
  return page.evaluate(async () => {
    const { breakdown } = await performance.measureUserAgentSpecificMemory();
    const ofWorker = breakdown.filter(({ attribution }) =>
      attribution.some(({ scope }) => scope === "DedicatedWorkerGlobalScope"),
    );
    return ofWorker.length > 0 ? ofWorker.reduce((sum, { bytes }) => sum + bytes, 0) : null;
  });
}
