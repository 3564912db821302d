/** Writes how Keras reads images and how it takes its batches. */
import type { Settings } from "../../../settings/settings.ts";
import { chosenCode, isAugmented, labelsText, lengthCode } from "../dataCode.ts";

export function readerCode({ dataSet, inputChannels }: Settings): string | undefined {
  if (dataSet === "images") return folders(inputChannels);
  return dataSet === "fashion-mnist" || dataSet === "starter" ? FASHION_MNIST : undefined;
}

const FASHION_MNIST = `def read_data(path):
    """Fashion-MNIST, which Keras downloads once: grey images of 28 x 28 bytes."""
    train, test = keras.datasets.fashion_mnist.load_data()
    return [(images[..., np.newaxis], labels) for images, labels in (train, test)]`;

function folders(channels: number): string {
  const mode = channels === 1 ? "grayscale" : "rgb";
  return `def read_part(folder):
    """A folder a class, in the order of the alphabet; images are brought to one size."""
    if not folder.is_dir():
        sys.exit(f"{folder}: there is no such folder; name the right --data.")
    data = keras.utils.image_dataset_from_directory(
        folder, image_size=INPUT_SHAPE[:2], color_mode="${mode}", shuffle=False, verbose=False
    )
    batches = [(np.array(images), np.array(labels)) for images, labels in data]
    return tuple(np.concatenate(arrays) for arrays in zip(*batches, strict=True))`;
}

export const RESIZE = `    values = keras.ops.image.resize(values, INPUT_SHAPE[:2], interpolation="bilinear")
    values = keras.ops.convert_to_numpy(values)`;

/** The batches of an epoch, prepared one after another, so that the prepared images need not fit into memory. */
export function batchesCode(settings: Settings): string {
  const isOneHot = settings.labelSmoothing > 0 || settings.head === "linear";
  const augmented = isAugmented(settings)
    ? `        if self.training:
            images = augment(images, self.random)
`
    : "";
  return `class Batches(keras.utils.PyDataset):
    """Batches of prepared images and their classes; shuffled in training."""

    def __init__(self, images, labels, training=False):
        super().__init__()
        self.images, self.labels, self.training = images, labels, training
        self.random = np.random.default_rng(SEED)
        self.order = np.arange(len(images))
        self.on_epoch_end()

${lengthCode(settings)}

    def __getitem__(self, index):
${chosenCode(settings, "self.order")}
        images = self.images[chosen]
        labels = ${labelsText(settings, "chosen")}
${isOneHot ? "        targets = keras.utils.to_categorical(labels, NUM_CLASSES)\n" : ""}${augmented}        return prepare(images), ${isOneHot ? "targets" : "labels"}

    def on_epoch_end(self):
        if self.training:
            self.random.shuffle(self.order)`;
}
