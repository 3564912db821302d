/** Writes how Keras reads images and how it takes its batches. */
import { isOwnDataSet } from "../../../settings/ownData.ts";
import type { Settings } from "../../../settings/settings.ts";
import { CHOSEN, countingCode, isAugmented, labelsText, lengthCode } from "../dataCode.ts";

export function readerCode({ dataSet }: Settings): readonly string[] {
  return isOwnDataSet(dataSet) ? [] : [FASHION_MNIST];
}

const FASHION_MNIST = `def read_data(path):
    """Fashion-MNIST, which Keras downloads once: grey images of 28 x 28 bytes."""
    train, test = keras.datasets.fashion_mnist.load_data()
    return [(images[..., np.newaxis], labels) for images, labels in (train, test)]`;

export const RESIZE = `    values = keras.ops.image.resize(values, INPUT_SHAPE[:2], interpolation="bilinear")
    values = keras.ops.convert_to_numpy(values)`;

/** Whether the loss and the metric take a vector for each label. Otherwise they take the number of its class. */
export function isOneHot({ labelSmoothing, head }: Settings): boolean {
  return labelSmoothing > 0 || head === "linear";
}

/**
 * The batches, prepared one after another, so that the prepared images need not fit into memory. Which images a batch has, and how
 * they are distorted, depends on the number of its step alone, so that a run that goes on reads what it would have read.
 */
export function batchesCode(settings: Settings): string {
  const oneHot = isOneHot(settings);
  const augmented = isAugmented(settings)
    ? `        if self.training:
            images = augment(images, np.random.default_rng([SEED, step, share]))
`
    : "";
  return `class Batches(keras.utils.PyDataset):
    """Batches of prepared images and their classes; shuffled in training."""

    def __init__(self, images, labels, training=False):
        super().__init__()
${countingCode(settings)}
        self.first_step = 0

${lengthCode(settings)}

    def __getitem__(self, index):
        return self.batch(self.first_step + index)

    def batch(self, step, share=0, shares=1):
        """The batch of a step, or the share of one of several processes."""
${CHOSEN}
        chosen = np.array_split(chosen, shares)[share]
        images, labels = self.images[chosen], ${labelsText(settings, "chosen")}
${oneHot ? "        targets = keras.utils.to_categorical(labels, NUM_CLASSES)\n" : ""}${augmented}        return prepare(images), ${oneHot ? "targets" : "labels"}

    def on_epoch_end(self):
        if self.training:
            self.first_step += len(self)`;
}
