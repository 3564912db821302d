/** The model of a file, for `train --model`: what it starts from, and how the bytes of images become its input. */
import { basename } from "node:path";
import { PlaygroundError } from "../../core/errors.ts";
import { formatCount, formatPercent } from "../../core/units.ts";
import { type OpenedModel, openedModel, settingsOf } from "../../interop/classifier/openedModel.ts";
import { weightShapes } from "../../network/matchWeights.ts";
import { openNetwork } from "../../network/networks/opened.ts";
import { FIELDS } from "../../settings/fields.ts";
import type { OpenedName, Preparation, Settings } from "../../settings/settings.ts";
import type { ChosenWeights } from "../../train/data/baseWeights.ts";
import type { RunData } from "../../train/data/runData.ts";
import { tryPreparations } from "../../train/engine/tryPreparations.ts";
import type { RunEnvironment } from "../../train/loop/prepareRun.ts";
import { openModelAt } from "../modelOnDisk.ts";

export interface ModelToTrain {
  readonly opened: OpenedModel;
  readonly network: OpenedName;
  /** Undefined when the file has no weights. */
  readonly weights: ChosenWeights | undefined;
}

/**
 * @param say is told where the model is from and what differs from its file.
 * @throws PlaygroundError `command.invalid`, or `file.invalid` for what cannot be trained as a classifier of images
 */
export async function modelToTrain(
  path: string,
  say: (line: string) => void,
): Promise<ModelToTrain> {
  const title = basename(path);
  const opened = openedModel(title, await openModelAt(path));
  const { graph, hindrance, origin, notes, weights } = opened;
  if (hindrance !== null) throw untrainable(path, hindrance);
  const input = graph.layers[0];
  const [height = 0, width = 0] = input?.type === "InputLayer" ? input.shape : [];
  const { min, max } = FIELDS.inputSize;
  if (height !== width || height < min || height > max)
    throw untrainable(
      path,
      `images become squares of ${min} to ${max} pixels a side, and it takes ${height} x ${width}`,
    );
  for (const line of [origin, ...notes]) say(line);
  return {
    opened,
    network: openNetwork(title, graph),
    weights: weights && { origin: title, shapes: weightShapes(graph), weights },
  };
}

/** The settings of a recipe with the model as its network. Without anything that speaks for a preparation, it is that of the recipe. */
export function settingsWithModel({ opened, network }: ModelToTrain, recipe: Settings): Settings {
  return settingsOf(opened, network, recipe, opened.guess?.preparation ?? recipe.preparation);
}

/** The number of test images that show which preparation is right. */
const TRIED_IMAGES = 200;

/**
 * Tries each preparation on test images, because the file does not say which is right.
 * @param say is told the accuracy of each.
 * @returns the one that is right most often; undefined for a model without weights, or where no image shows it.
 */
export async function triedPreparation(
  { opened }: ModelToTrain,
  settings: Settings,
  environment: Pick<RunEnvironment, "openData" | "selectEngine">,
  say: (line: string) => void,
): Promise<Preparation | undefined> {
  const { weights, preparations } = opened;
  if (weights === undefined) return undefined;
  const { trials, numImages } = await tryPreparations({
    ...{ settings, weights, preparations, numImages: TRIED_IMAGES },
    ...environment,
  });
  if (numImages === 0) return undefined;
  const side = opened.numOutputs;
  const judged = trials.map(({ preparation, confusion }) => {
    const right = Array.from({ length: side }, (_, at) => confusion[at * (side + 1)] ?? 0);
    return { preparation, accuracy: right.reduce((sum, count) => sum + count, 0) / numImages };
  });
  say(
    `The file does not say how images are prepared. Right of ${formatCount(numImages)} test images, before training:`,
  );
  for (const { preparation, accuracy } of judged)
    say(`  --set preparation=${preparation}  ${formatPercent(accuracy)}`);
  const [best] = judged.toSorted((one, other) => other.accuracy - one.accuracy);
  return best?.preparation;
}

/**
 * @param hasNewHead whether the last layer gets new weights for the classes of the data.
 * @throws PlaygroundError `setting.invalid` when the model has another number of classes than the data
 */
export function requireSameClasses(
  { opened }: ModelToTrain,
  { description: { classes } }: Pick<RunData, "description">,
  hasNewHead: boolean,
): void {
  if (hasNewHead || classes.length === opened.numOutputs) return;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: `--model ${opened.title}`,
    rule: "the model has another number of classes than the data",
    expected: `${opened.numOutputs} classes${opened.classes ? ` (${opened.classes.slice(0, 5).join(", ")})` : ""}`,
    got: `${classes.length} (${classes.slice(0, 5).join(", ")})`,
    remedy: "Choose other data with --data, or give it a new last layer with --new-head.",
  });
}

function untrainable(path: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "file.invalid",
    where: `--model ${path}`,
    rule: "the model cannot be trained here",
    expected: "a classifier of square images, grey or coloured",
    got: got.replace(/[.]$/, ""),
    remedy: "npm run summary shows its layers, and npm run predict computes its outputs.",
  });
}
