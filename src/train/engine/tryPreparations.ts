/**
 * Evaluates an opened model on some test images, once for each preparation of their bytes. A file does not say which one its
 * network was trained with; the right one is far more accurate than the others.
 */
import { buildNetwork } from "../../network/networks/registry.ts";
import type { TrialOrder, Trials } from "../../protocol/trials.ts";
import type { Settings } from "../../settings/settings.ts";
import { limitedRunData } from "../data/limitedRunData.ts";
import type { RunEnvironment } from "../loop/prepareRun.ts";
import { executorOptions } from "./executorOptions.ts";

/** @throws PlaygroundError of the settings, the data or the engine. */
export async function tryPreparations({
  settings,
  weights,
  preparations,
  numImages,
  openData,
  selectEngine,
}: Pick<TrialOrder, "settings" | "weights" | "preparations" | "numImages"> &
  Pick<RunEnvironment, "openData" | "selectEngine">): Promise<Trials> {
  const all = await openData(settings);
  const data = limitedRunData(all, { testImages: numImages }, settings.batchSize);
  const graph = buildNetwork(settings);
  const trials: Trials["trials"][number][] = [];
  for (const preparation of preparations) {
    const tried: Settings = { ...settings, preparation };
    const options = executorOptions(tried, graph, data.description.classes.length);
    const { executor } = await selectEngine(tried, options, () => {});
    try {
      executor.writeWeights(weights);
      const { confusion } = await executor.evaluate(data.testBatches());
      trials.push({ preparation, confusion });
    } finally {
      executor.dispose();
    }
  }
  return { numImages: data.description.numTest, trials };
}
