/** Writes the settings of a run as constants, and what follows from them alone: the parts of the data and the number of steps. */
import { isOwnDataSet } from "../../settings/ownData.ts";
import type { Settings } from "../../settings/settings.ts";
import { callText, floatLiteral, literal } from "./pythonText.ts";

/** The constants at the top of the program. */
export function settingsCode(
  settings: Settings,
  title: string,
  classes: readonly string[],
): string {
  const { inputSize, inputChannels, batchSize, learningRate, seed, holdOut } = settings;
  const { stepsPerEpoch, validationSteps, trainingImages, dataSet } = settings;
  const names = classes.length > 0 ? [callText("CLASSES = [", classes.map(literal), "]")] : [];
  return [
    `# ${title}`,
    `INPUT_SHAPE = ${literal([inputSize, inputSize, inputChannels])}  # Height, width, channels.`,
    ...names,
    `NUM_CLASSES = ${settings.classes}`,
    `BATCH_SIZE = ${batchSize}`,
    `LEARNING_RATE = ${floatLiteral(learningRate)}`,
    `SEED = ${seed}`,
    ...(trainingImages > 0 ? [`TRAINING_IMAGES = ${trainingImages}`] : []),
    ...(isOwnDataSet(dataSet) ? [] : [`HOLD_OUT = ${holdOut}  # Training images to validate on.`]),
    ...(stepsPerEpoch > 0 ? [`STEPS_PER_EPOCH = ${stepsPerEpoch}`] : []),
    ...(validationSteps > 0 ? [`VALIDATION_STEPS = ${validationSteps}`] : []),
  ].join("\n");
}

export function splitCode(settings: Settings): string {
  const { dataSet, trainingImages, validationSteps, holdOut } = settings;
  const hasHoldOut = !isOwnDataSet(dataSet) && holdOut > 0;
  const limit = validationSteps > 0 ? "first + VALIDATION_STEPS * BATCH_SIZE" : "";
  const last = limit === "" ? "" : `    last = ${limit}  # Not all of them.\n`;
  const slice = limit === "" ? "first:" : "first:last";
  const taken =
    trainingImages > 0
      ? "    images, labels = images[:TRAINING_IMAGES], labels[:TRAINING_IMAGES]\n"
      : "";
  const held = hasHoldOut
    ? `    # The last images are held out: at most one in three, as in the tab.
    first = len(images) - min(HOLD_OUT, len(images) // 3)
${last}    validation = Batches(images[${slice}], labels[${slice}])
    training = Batches(images[:first], labels[:first], training=True)
    return training, validation, test`
    : `    # Nothing is held out, so the test images also show how training goes.
    return Batches(images, labels, training=True), test, test`;
  return `def split_data(path):
    """Batches for training, for validation after each epoch, and for the test."""
    (images, labels), tested = read_data(path)
    test = Batches(*tested)
${taken}${held}`;
}

export function stepsCode(settings: Settings): string {
  return `def count_steps(training):
    """The steps of the whole run, when it is not ended before."""
    return ${totalSteps(settings)}`;
}

/** The expression of the number of steps in the whole run. */
function totalSteps({ budget, steps, epochs, images, batchSize }: Settings): string {
  switch (budget) {
    case "steps":
      return literal(steps);
    case "epochs":
      return epochs === 1 ? "len(training)" : `max(1, round(${literal(epochs)} * len(training)))`;
    case "images":
      return literal(Math.ceil(images / batchSize));
  }
}

/** The lines that declare the options of every program. */
export function optionsCode(folder: string | null): string {
  const data =
    folder === null
      ? []
      : [
          callText("    parser.add_argument(", [
            '"--data"',
            "required=True",
            `help=${literal(folder)}`,
          ]),
        ];
  return [
    "    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])",
    ...data,
    '    parser.add_argument("--steps", type=int, help="train so many, not the rest")',
    '    parser.add_argument("--fresh", action="store_true", help="start from new weights")',
    '    parser.add_argument("--evaluate", action="store_true", help="only test the weights")',
    '    parser.add_argument("--out", default="trained", help="a new folder for the result")',
  ].join("\n");
}

/**
 * The expression of the path to the data.
 *
 * @param fetched the expression where the program fetches its data itself
 */
export function dataText(folder: string | null, fetched: string): string {
  return folder === null ? fetched : "options.data";
}
