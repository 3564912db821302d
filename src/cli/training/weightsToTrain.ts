/** The weights of a file, for `train RECIPE --weights FILE`: they go into the recipe's network by the names of its layers. */
import { basename } from "node:path";
import { PlaygroundError } from "../../core/errors.ts";
import { formatCount } from "../../core/units.ts";
import type { WeightsFile } from "../../interop/importedModel.ts";
import {
  changesForWeights,
  settingsForWeights,
  weightsInto,
  weightsOfModel,
} from "../../interop/weightsFile.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import type { ChosenWeights } from "../../train/data/baseWeights.ts";
import { openModelOrWeightsAt } from "../modelOnDisk.ts";

export interface WeightsToTrain {
  readonly path: string;
  readonly file: WeightsFile;
}

/**
 * @param say is told where the weights are from
 * @throws PlaygroundError `command.invalid` or `file.invalid`
 */
export async function weightsToTrain(
  path: string,
  say: (line: string) => void,
): Promise<WeightsToTrain> {
  const opened = await openModelOrWeightsAt(path);
  const file = "graph" in opened ? weightsOfModel(opened) : opened;
  say(`${file.origin}: ${formatCount(file.groups.length)} layers with weights.`);
  return { path, file };
}

/**
 * Returns the recipe's settings with a network of the file's size.
 * @param say is told what differs from the recipe
 */
export function settingsWithWeights(
  { file }: WeightsToTrain,
  recipe: Settings,
  say: (line: string) => void,
): Settings {
  const settings = settingsForWeights(file, recipe);
  const changes = changesForWeights(recipe, settings);
  if (changes !== "") say(`As in the file: ${changes}.`);
  return settings;
}

/**
 * Returns the weights under the names of the network of these settings.
 * @throws PlaygroundError `setting.invalid` naming the first layer that they do not fit, or `command.invalid` for another base
 */
export function weightsFor({ path, file }: WeightsToTrain, settings: Settings): ChosenWeights {
  if (settings.base !== "chosen") {
    throw new PlaygroundError({
      code: "command.invalid",
      where: "--weights and --set base",
      rule: "a run starts from one set of weights",
      expected: "one of the two",
      got: `${path} and ${settings.base}`,
      remedy: "Leave one out.",
    });
  }
  const { shapes, weights } = weightsInto(file, buildNetwork(settings), `--weights ${path}`);
  return { origin: basename(path), shapes, weights };
}
