/**
 * Memory over 500 steps of the smallest network: tensors and device bytes by the engine's own count, the
 * JavaScript heaps of page and worker after a collection; and what is left after Reset.
 */
import type { CDPSession, Page } from "playwright";
import { ENGINES } from "./engines.ts";
import { type BenchPage, recordedEvents, recordWorkerEvents, train, waitForEvent } from "./page.ts";

const STEPS = 500;
const SETTINGS = `recipe=one-minute&inputSize=28&width=0.125&batchSize=4&budget=steps&steps=${STEPS + 100}&schedule=constant&holdOut=0&shuffleBuffer=1000`;
const CHECKPOINTS = [50, 100, 200, 300, 400, 500];

export async function memory({ open }: BenchPage): Promise<object> {
  const results: Record<string, object> = {};
  for (const [backend, choice] of Object.entries(ENGINES).filter(
    ([name]) => !name.endsWith("webgpu"),
  )) {
    const page = await open(`${SETTINGS}&${choice}`, recordWorkerEvents);
    const session = await page.context().newCDPSession(page);
    const startHeapBytes = await heapBytes(session);
    await train(page);
    const samples: object[] = [];
    for (const step of CHECKPOINTS) {
      await waitForEvent(page, "step.completed", "step", step);
      const last = (await recordedEvents(page, "step.completed")).at(-1);
      if (last === undefined)
        throw new Error(`memory: the run on ${backend} failed before step ${step}.`);
      const { usedBytes, numTensors } = last.event;
      samples.push({
        step: last.event.step,
        usedBytes,
        numTensors,
        pageHeapBytes: await heapBytes(session),
        workerHeapBytes: await workerHeapBytes(page),
      });
    }
    const numWorkers = page.workers().length;
    await page.getByRole("button", { name: "Reset", exact: true }).click();
    await page.getByRole("status", { name: "Run status" }).getByText("Ready").waitFor();
    await page.waitForTimeout(1000);
    results[backend] = {
      startHeapBytes,
      samples,
      workersBefore: numWorkers,
      workersAfterReset: page.workers().length,
      heapAfterResetBytes: await heapBytes(session),
    };
    await page.context().close();
  }
  return results;
}

async function heapBytes(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

/** Heap of the training worker, after the collection that the measurement itself asks for; null where unknown. */
function workerHeapBytes(page: Page): Promise<number | null> {
  return page.evaluate(async () => {
    const { breakdown } = await performance.measureUserAgentSpecificMemory();
    const ofWorker = breakdown.filter(({ attribution }) =>
      attribution.some(({ scope }) => scope === "DedicatedWorkerGlobalScope"),
    );
    return ofWorker.length > 0 ? ofWorker.reduce((sum, { bytes }) => sum + bytes, 0) : null;
  });
}
