/** An executor in the worker of a page in Chromium, controlled from Node. */
import type { Page } from "@playwright/test";
import type { ExecutorInfo, ExecutorOptions, ReplayExecutor } from "../../src/exec/executor.ts";
import type { EngineChoice } from "./page/engineCalls.ts";

export interface RemoteExecutor extends ReplayExecutor {
  readonly info: ExecutorInfo;
}

/**
 * A page can have one at a time.
 *
 * @throws Error with the engine's own message, as all its methods do.
 */
export async function openRemoteExecutor(
  page: Page,
  choice: EngineChoice,
  options: ExecutorOptions,
): Promise<RemoteExecutor> {
  return {
    info: await page.evaluate((task) => window.engine.open(task), { choice, options }),
    writeWeights: (weights) =>
      page.evaluate((entries) => window.engine.writeWeights(entries), [...weights]),
    trainStep: (batch, learningRate) =>
      page.evaluate((task) => window.engine.trainStep(task), { batch, learningRate }),
    readMetrics: () => page.evaluate(() => window.engine.readMetrics()),
    predict: (batch) => page.evaluate((given) => window.engine.predict(given), batch),
    gradients: async (batch) =>
      new Map(await page.evaluate((given) => window.engine.gradients(given), batch)),
    readWeights: async () => new Map(await page.evaluate(() => window.engine.readWeights())),
    dispose: () => page.evaluate(() => window.engine.dispose()),
  };
}
