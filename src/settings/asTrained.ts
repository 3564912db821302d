/**
 * Adapts the network as counted to what a run can train: for example, the paper's 1,000 classes become the data's ten. Every
 * difference is stated in words; nothing changes silently. `data/split.ts` reports the differences that the data cause (a
 * smaller hold-out for a small set).
 */
import { formatCount } from "../core/units.ts";
import { isOwnDataSet } from "./ownData.ts";
import type { NetworkSettings, Settings } from "./settings.ts";

export interface AsTrained<S extends NetworkSettings> {
  readonly settings: S;
  /** One sentence for each difference, for people. */
  readonly notes: readonly string[];
}

/**
 * @param numClasses the number of classes in the data.
 * @param channels of the data's images.
 */
export function asTrained<S extends NetworkSettings>(
  settings: S,
  numClasses: number,
  channels: 1 | 3 = 1,
): AsTrained<S> {
  const notes: string[] = [];
  // A head of one unit is kept as printed, because the recipe demonstrates that it learns nothing.
  const classes = settings.classes === 1 ? 1 : numClasses;
  if (classes === 1 && numClasses > 1) {
    notes.push(
      "The head has one unit: it gives every image the same class, and its share of itself is 1 whatever the weights, so that cross-entropy has no gradient and nothing is learned.",
    );
  } else if (settings.classes !== classes) {
    notes.push(
      `Counted with ${formatCount(settings.classes)} classes; trained here with a head of ${numClasses}, as many as the data has.`,
    );
  }
  if (settings.inputChannels > channels) {
    notes.push("The images are grey: each is taken three times, once for every input channel.");
  }
  return { settings: { ...settings, classes }, notes };
}

/** Fashion-MNIST and its starter set. */
const CLASSES_OF_FASHION_MNIST = 10;

/** Returns the settings as a run would train them, before its data are opened. The classes of a person's own data are not known. */
export function asTrainedBeforeData<S extends NetworkSettings & Pick<Settings, "dataSet">>(
  settings: S,
): S {
  return isOwnDataSet(settings.dataSet)
    ? settings
    : asTrained(settings, CLASSES_OF_FASHION_MNIST).settings;
}
