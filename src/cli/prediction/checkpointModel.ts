/** Opens the newest checkpoint of a run in the terminal as a model. */
import { newestCheckpoint } from "../../checkpoint/checkpointStore.ts";
import { trainedWeights } from "../../checkpoint/trainedWeights.ts";
import { PlaygroundError } from "../../core/errors.ts";
import { formatCount } from "../../core/units.ts";
import type { ImportedModel } from "../../interop/importedModel.ts";
import { NO_SCALING } from "../../interop/scaling.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { asTrained } from "../../settings/asTrained.ts";
import { checkpointFolder } from "../training/checkpointFolder.ts";

/**
 * @param path the folder `checkpoints` of a run.
 * @throws PlaygroundError `checkpoint.unusable`
 */
export async function checkpointModelAt(path: string): Promise<ImportedModel> {
  const { checkpoint, refused } = await newestCheckpoint(checkpointFolder(path));
  const [lane] = checkpoint?.lanes ?? [];
  const prepared = lane?.history.events.find((event) => event.type === "run.prepared");
  if (checkpoint === null || prepared === undefined) {
    throw new PlaygroundError({
      code: "checkpoint.unusable",
      where: path,
      rule: "there is no checkpoint of a run that can be read",
      expected: "one",
      got: refused.map(({ name, reason }) => `${name} (${reason})`).join(", ") || "none",
      remedy: "Name the folder that train wrote.",
    });
  }
  const { summary } = checkpoint;
  const { weights, step, settings: asSet } = trainedWeights(checkpoint, summary.runId);
  const { classes, channels } = prepared.dataSet;
  const { settings } = asTrained(asSet, classes.length, channels);
  const { inputSize, inputChannels, preparation } = settings;
  return {
    origin: `A checkpoint of ${summary.recipe}, step ${formatCount(step)}`,
    graph: buildNetwork(settings),
    weights,
    input: { shape: [inputSize, inputSize, inputChannels], channelsFirst: false, ...NO_SCALING },
    classes,
    preparation,
    notes: refused.map(({ name, reason }) => `${name} is not used: ${reason}`),
  };
}
